# %% [markdown]
# # 2. Is competition enough?
#
# **Aims.** See what more rivals do, and what they leave alone. Tell the number of firms from the strength of
# competition. Use a sweep: one question asked of many markets with the same luck.
#
# **Time.** 60 minutes. Comes after lesson 1.
#
# ## The question
#
# Textbooks draw a line from monopoly to perfect competition and put price on it. Customers also meet loyalty
# premiums, hidden fees, quality and service. Does each of these improve when rivals are added?
#
# ## Your prediction
#
# *Write it into this cell before you go on.*
#
# From one firm to twelve,
#
# - the advertised price will ...
# - the hidden fee will ...
# - the loyalty premium will ...
# - quality will ...
#
# And: twelve firms whose customers hardly ever look around, or four firms whose customers look five times as often.
# Where do people pay less? ...
#
# ## More rivals

# %%
import cxsim

small = ("market=generic", "regulator=none", "market.n_customers=500", "months=36")
rivals = cxsim.sweep({"market.n_firms": [1, 2, 4, 8, 12]}, *small, replications=8, seed=1)
cxsim.plot_levels(
    rivals,
    "market.n_firms",
    {"price": "Advertised price", "loyalty_premium": "Loyalty premium", "hidden_fees": "Hidden fees",
     "quality": "Quality", "margin": "Firms' margin", "coverage": "People served"},
    title="Rivals bring down the price that people see",
    xlabel="Number of firms",
)  # fmt: skip

# %%
rivals.groupby("market.n_firms")[["price", "price_paid", "loyalty_premium", "hidden_fees", "quality", "margin"]].mean().round(2)

# %% [markdown]
# ## More looking
#
# `market.attention` is the chance in a month that a customer looks around unprompted: 0.03 means about once in three
# years, 0.15 about twice a year. Nothing else differs between the two lines.

# %%
looking = cxsim.sweep({"market.n_firms": [2, 4, 12], "market.attention": [0.03, 0.15]}, *small, replications=8, seed=1)
cxsim.plot_levels(
    looking,
    "market.n_firms",
    {"price": "Advertised price", "price_paid": "All that is paid", "hidden_fees": "Hidden fees"},
    by="market.attention",
    names={0.03: "seldom look", 0.15: "often look"},
    title="Four firms that are watched beat twelve that are not",
    xlabel="Number of firms",
)

# %% [markdown]
# The n-th replications of all points have the same luck. So one may take differences within a replication, which is
# sharper than comparing two means: is what people pay to four watched firms less than to twelve unwatched ones?

# %%
from cxsim.results.intervals import mean_interval

paid = looking.set_index(["replication", "market.n_firms", "market.attention"])["price_paid"].unstack([1, 2])
difference = mean_interval(paid[4, 0.15] - paid[12, 0.03])
print(f"£{difference.mean:.2f} a month, 95 % interval {difference.low:.2f} to {difference.high:.2f}")

# %% [markdown]
# ## Questions
#
# 1. Which of the six panels would a textbook have predicted, and which not?
# 2. The hidden fee is as high as the market allows (5 % of the reference price) with two firms and with twelve. Why
#    does no rival win customers by dropping it?
# 3. Look at the advertised price where customers look often. Is it lower? Then why is the bill lower?
# 4. A competition authority counts firms to decide whether a market needs attention. What would you tell it to count?
# 5. Set `market.transparency=1` (prospects see true quality) in the first sweep. Does quality respond? Does the fee?
