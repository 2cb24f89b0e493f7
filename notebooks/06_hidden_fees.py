# %% [markdown]
# # 6. Hidden fees survive competition, and banning them fills the waterbed
#
# **Aims.** Explain why no rival unveils a hidden fee. Measure a *waterbed*: how much of what a ban takes away comes
# back elsewhere on the bill. Use paired differences.
#
# **Time.** 60 minutes. Comes after lesson 2.
#
# ## Your prediction
#
# *Write it into this cell before you go on.* Hidden fees are £2.50 a month here, about a twentieth of the price.
# All-in pricing is ordered: from now on what is advertised is what is charged.
#
# - Of the £2.50, customers will keep about £ ...
# - Customers keep more of it where there are two / eight firms, because ...
# - If all customers were vigilant, so that each notices a fee sooner or later, the fee would ... even without a ban.
#
# ## Would vigilant customers end the fee?

# %%
import cxsim

small = ("market=generic", "regulator=none", "market.n_customers=500", "months=36")
people = cxsim.sweep(
    {"market.n_firms": [2, 8], "customers": ["all_inattentive", "default", "all_vigilant"]}, *small, replications=8, seed=1
)
cxsim.plot_levels(
    people,
    "customers",
    {"hidden_fees": "Hidden fees", "loyalty_premium": "Loyalty premium", "price_paid": "All that is paid"},
    by="market.n_firms",
    names={2: "2 firms", 8: "8 firms"},
    xnames={"all_inattentive": "inattentive", "default": "mixed", "all_vigilant": "vigilant"},
    title="With many rivals even the vigilant pay the fee",
    xlabel="Customers",
)

# %% [markdown]
# ## The ban
#
# The same markets with and without the ban, the same luck: differences in pounds.

# %%
ban = cxsim.sweep({"market.n_firms": [1, 2, 4, 8], "regulator.ban_hidden_fees": [False, True]}, *small, replications=12, seed=1)
cxsim.plot_levels(
    ban,
    "market.n_firms",
    {"hidden_fees": "Hidden fees", "price": "Advertised price", "loyalty_premium": "Loyalty premium",
     "price_paid": "All that is paid", "consumer_surplus": "Consumer surplus", "experience": "Experience"},
    by="regulator.ban_hidden_fees",
    against=False,
    names={False: "no ban", True: "ban"},
    title="What a ban on hidden fees changes",
    xlabel="Number of firms",
)  # fmt: skip

# %% [markdown]
# The waterbed is the part of the fee that comes back in price and premium: 0 is no waterbed, 1 a full one.

# %%
from cxsim.results.intervals import mean_interval

wide = ban.set_index(["market.n_firms", "replication", "regulator.ban_hidden_fees"])[["hidden_fees", "price_paid"]].unstack()
taken = wide["hidden_fees"][False] - wide["hidden_fees"][True]
kept = wide["price_paid"][False] - wide["price_paid"][True]
for firms in (1, 2, 4, 8):
    found = mean_interval(1 - kept.loc[firms] / taken.loc[firms])
    print(f"{firms} firms: waterbed {found.mean:.2f}  [{found.low:.2f} to {found.high:.2f}]")

# %% [markdown]
# ## Questions
#
# 1. A firm considers dropping its fee and advertising that. Who would notice? What would it lose, and what would it
#    have to charge?
# 2. Is the waterbed fuller with more rivals or with fewer? Give a reason from what firms do with the fee's money when
#    they must fight for customers.
# 3. If most of the fee comes back, is the ban useless? Look at consumer surplus and experience before you answer.
# 4. In Gabaix and Laibson (2006) sophisticated customers avoid the fee, and are subsidised by the others. What here
#    stands for avoiding? (See `cxsim parameters customers.avoidance_cost`.)
# 5. Vigilance is a trait here. Name a policy that would change it, and say what the first figure predicts for it.
