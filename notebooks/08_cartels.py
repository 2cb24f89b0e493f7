# %% [markdown]
# # 8. Cartels, detection, leniency
#
# **Aims.** Say when a cartel holds. Rank the tools against it: more money for detectives, higher fines, leniency for
# the first who confesses. See that a tool may be useless until another is in place.
#
# **Time.** 70 minutes. Comes after lesson 3.
#
# ## When a cartel holds
#
# Members charge what is best for all. Each could earn more *once* by undercutting, and then the cartel is over
# (Friedman 1971). So patience holds it together, and numbers pull it apart. Against it stand the expected fine, and
# leniency: the first member to confess pays nothing. A member confesses if (Motta and Polo 2003)
#
# $$(P - 1 + L)\,\Phi > (1 - P)\,V$$
#
# with the chance $P$ that the case succeeds anyway, the share $L$ of the fine $\Phi$ that a confession saves, and the
# value $V$ of going on.
#
# ## Your prediction
#
# *Write it into this cell before you go on.* Three firms that would rather agree on prices than compete.
#
# - With an authority like Britain's in 2015 (cases take three years and find a cartel with a chance of 0.4; fines of
#   10 % of turnover; full leniency) the price will be ... % lower than without any authority.
# - Fifteen times its money and cases that take one year will lower it by another ... %.
# - Taking leniency away then will raise it by ... %.
# - Fines ten times as high, with the money of 2015, will lower it by ... %.
# - All of it together ...
#
# ## The authorities

# %%
import cxsim
import pandas as pd

small = ("market=generic", "firms=cartelist", "market.n_customers=250", "months=24")
quick = ("regulator.annual_funding=20000000", "regulator.case_months=12")  # fifteen times the money, cases in a third of the time
high = ("regulator.fine_share_of_turnover=1.0", "regulator.fine_cap_share_of_turnover=null")
authorities = {
    "none": ("regulator=none",),
    "2015": ("regulator=cma",),
    "more, faster": ("regulator=cma", *quick),
    "same, no leniency": ("regulator=cma", *quick, "regulator.leniency=0"),
    "10x fines": ("regulator=cma", *high),
    "both": ("regulator=cma", *quick, *high),
}
tables = []
for name, settings in authorities.items():
    made = cxsim.sweep({"market.n_firms": [3]}, *small, *settings, replications=5, seed=1)
    tables.append(made.assign(authority=name))
table = pd.concat(tables, ignore_index=True)
cxsim.plot_levels(
    table,
    "authority",
    {"price": "Price", "cartel_members": "Firms in the cartel, of 3", "coverage": "People served"},
    xnames={"more, faster": "more,\nfaster", "same, no leniency": "no\nleniency", "10x fines": "10x\nfines"},
    title="Money or fines break some cartels; both together end them",
    xlabel="Authority",
)

# %%
table.groupby("authority", sort=False)[["price", "cartel_members", "overcharge", "fines", "coverage"]].mean().round(2)

# %% [markdown]
# ## Patience and numbers

# %%
patience = cxsim.sweep(
    {"market.n_firms": [2, 5], "firms.horizon_months": [2, 12, 36]}, "market=generic", "firms=cartelist", "regulator=none",
    "market.n_customers=250", "months=12", replications=3, seed=1,
)  # fmt: skip
patience["part"] = patience["cartel_members"] / patience["market.n_firms"]
cxsim.plot_levels(
    patience,
    "firms.horizon_months",
    {"part": "Part of the firms in a cartel (0 to 1)", "price": "Price", "coverage": "People served"},
    by="market.n_firms",
    names={2: "2 firms", 5: "5 firms"},
    title="Patience holds a cartel together, numbers pull it apart",
    xlabel="Months that firms look ahead",
)

# %% [markdown]
# ## Questions
#
# 1. Rank the tools by what they did to the price. Which of your predictions was furthest off?
# 2. Put numbers into Motta and Polo's inequality for the authority of 2015: one firm's turnover is about £200 million
#    a year, the cartel is worth about £50 million a year to it, and it looks three years ahead. Would it confess?
#    What if fines were ten times as high?
# 3. Real leniency programmes uncovered many cartels. Why may they look more useful than they do here? (Which cartels
#    do we ever hear of?)
# 4. Impatient firms without a cartel charge *more* than patient ones (look at five firms). Why? (Switching costs:
#    think of investing in customers.)
# 5. Who is harmed by the cartel besides those who pay? Look at `coverage`.
