# %% [markdown]
# # 7. The loyalty-card giant and the discounters
#
# **Aims.** See why accounts can praise a strategy that is losing. Tell a flow (profit) from a stock (customers and
# what they feel). Look for the moment when anybody could have known.
#
# **Time.** 50 minutes. Comes after lesson 1.
#
# ## Two ideas of business
#
# - The **harvester** knows its customers from their loyalty cards. It uses that to charge each what she will bear,
#   and saves on product and service, for which data do not pay.
# - The **discounter** sells decent service at a low price, on a thin margin. It knows nothing about anybody.
#
# Both begin with half of the market and the same reputation. Neither changes its mind. The story is a caricature of
# British grocery after 2012, when shoppers with loyalty cards began to leave for shops that had none.
#
# ## Your prediction
#
# *Write it into this cell before you go on.*
#
# - In the first year the more profitable of the two will be ..., by a factor of about ...
# - After six years the harvester will have ... % of the customers.
# - Its monthly profit will first fall below the discounter's in year ...
# - If customers could see quality perfectly before they choose, the harvester would last about ... years less.
#
# ## Six years

# %%
import cxsim

duel = ("market=generic", "regulator=none", "market.n_firms=2", "firms.strategy=[loyalty_data_harvester,service_and_low_price]",
        "market.n_customers=500")  # fmt: skip
run = cxsim.simulate(*duel, months=84, burn_in=0, replications=8, seed=1)
firms = {
    "harvester": run.firms[run.firms["strategy"] == "loyalty_data_harvester"],
    "discounter": run.firms[run.firms["strategy"] == "service_and_low_price"],
}
cxsim.plot_months(
    firms,
    {"profit": "Profit", "customers": "Customers", "experience": "Experience of its customers", "reputation": "Reputation"},
    title="The accounts are the last to know",
)

# %%
table = run.firms.assign(year=run.firms["month"] // 12 + 1)
table["profit_per_customer"] = table["profit"] / table["customers"].clip(lower=1)
columns = ["profit", "customers", "profit_per_customer", "price", "experience"]
table.groupby(["year", "strategy"], observed=True)[columns].mean().unstack().round(1)

# %% [markdown]
# ## Did anybody have to know?
#
# `market.transparency` says how well prospects see true quality: 0.1 hardly, 0.9 nearly. Customers of the harvester
# after three years:

# %%
share = {"table": "firms", "column": "share", "where": {"strategy": "loyalty_data_harvester"}, "across": "sum"}
seen = cxsim.sweep(
    {"market.transparency": [0.1, 0.5, 0.9], "market.attention": [0.01, 0.03, 0.1]},
    *duel, "months=36", "burn_in=0", measures={"harvester": share}, replications=8, seed=1,
)  # fmt: skip
cxsim.plot_levels(
    seen,
    "market.transparency",
    {"harvester": "The harvester's share of customers, third year (0 to 1)"},
    by="market.attention",
    names={0.01: "seldom (0.01)", 0.03: "0.03", 0.1: "often (0.1)"},
    title="Seeing better hardly matters; looking does",
    xlabel="Transparency",
)

# %% [markdown]
# ## Questions
#
# 1. In which year would a board that reads only profit have become nervous? A board that reads customers' experience?
# 2. Profit is a flow out of a stock. Name the stock, and say what fills and what drains it.
# 3. Why does it hardly matter how well prospects see quality, while it matters a lot how often customers look?
# 4. The harvester is paid a bonus by the month, its buyer pays a multiple of profit. Who gains from the strategy
#    although the firm dies of it?
# 5. Nothing here proves what happened to a real supermarket. What else changed in British grocery after 2012 that
#    could have had the same effect?
