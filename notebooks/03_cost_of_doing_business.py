# %% [markdown]
# # 3. A fine that is a cost of doing business
#
# **Aims.** Work out when breaking a rule pays. See that two levers of enforcement, money and fines, can each be
# useless alone. Check a formula from 1968 against a simulated market.
#
# **Time.** 60 minutes. Comes after lesson 1.
#
# ## The rule
#
# A hidden fee now breaks a rule, and nothing else does. A regulator opens as many cases as its money pays for, each costs it £100,000 and
# takes nine months. A firm found out is fined: twice what it gained in a year, or 5 % of its turnover if that is
# more, but **never more than the cap**.
#
# Gary Becker (1968): a rule is broken as long as
#
# $$\text{gain} > \text{chance of being found out} \times \min(\text{fine}, \text{cap}).$$
#
# There are five firms of about 200,000 customers each. A hidden fee of £2.50 a month brings a firm 200,000 x £2.50 x
# 12 = **£6 million a year**.
#
# ## Your prediction
#
# *Write it into this cell before you go on.*
#
# Money: £100,000 or £2 million a year. Cap: £50,000, £1 million, £10 million, or none.
#
# - The hidden fee will fall noticeably in these of the eight combinations: ...
# - Raising the money twentyfold under a cap of £1 million will lower the fee by about £ ...
# - Lifting a cap of £50,000 to £1 million with £2 million of money will lower the fee by about £ ...
#
# ## The eight regulators

# %%
import cxsim

design = {"regulator.annual_funding": [100_000, 2_000_000], "regulator.fine_cap": [50_000, 1_000_000, 10_000_000, None]}
table = cxsim.sweep(
    design,
    "market=generic",
    "regulator=stylised_continental",
    "regulator.rules=[hidden_fee]",
    "market.n_customers=500",
    "months=36",
    replications=8,
    seed=1,
)
cxsim.plot_levels(
    table,
    "regulator.fine_cap",
    {"hidden_fees": "Hidden fees", "fines": "Fines of all firms", "detection_perceived": "Chance of a case, as firms see it"},
    by="regulator.annual_funding",
    names={100_000: "£100,000 a year", 2_000_000: "£2 million a year"},
    xnames={50_000: "£50k", 1_000_000: "£1m", 10_000_000: "£10m", "null": "none"},
    title="Money deters only where the fine can hurt",
    xlabel="Cap on a fine",
)

# %% [markdown]
# ## Becker's line
#
# Firms learn how likely a case is from the cases they see. `detection_perceived` is the chance a month; a case
# against a firm that breaks the rule openly finds it nine times in ten.

# %%
gain = 2.50 * 12 * 200_000
rows = table.assign(cap=table["regulator.fine_cap"].fillna(2 * gain))  # without a cap: twice the gain
means = rows.groupby(["regulator.annual_funding", "cap"])[["detection_perceived", "hidden_fees"]].mean()
means["expected_fine_a_year"] = 12 * means["detection_perceived"] * 0.9 * means.index.get_level_values("cap").to_numpy().clip(max=2 * gain)
means["gain_a_year"] = gain
means["becker_says"] = (means["gain_a_year"] > means["expected_fine_a_year"]).map({True: "break it", False: "keep it"})
means.round(2)

# %% [markdown]
# ## What one more pound of cap does, and one more pound of money
#
# Differences under the same luck, with intervals: to the lowest cap for each amount of money.

# %%
cxsim.plot_levels(
    table[table["regulator.annual_funding"] == 2_000_000],
    "regulator.fine_cap",
    {"hidden_fees": "Hidden fees", "price": "Advertised price", "price_paid": "All that is paid"},
    xnames={50_000: "£50k", 1_000_000: "£1m", 10_000_000: "£10m", "null": "none"},
    against=50_000,
    title="With £2 million a year: what a higher cap changes",
    xlabel="Cap on a fine",
)

# %% [markdown]
# ## Questions
#
# 1. In how many of the eight combinations does Becker's line say *break it*? Does the market agree? Where does it
#    not, and why could that be?
# 2. A minister offers the regulator with the £1 million cap ten times its money. What should it answer?
# 3. Where the rule bites the fee falls by five sixths, and not to zero. Why does a little of it still pay? Is a fine
#    that is paid a punishment or a price?
# 4. The fee falls by about two pounds and the bill by about fifty pence. Where did the rest go? (Look at the advertised
#    price. Lesson 6 returns to this.)
# 5. Which would you change first in Becker's inequality if you could only change one thing, and what would it cost
#    the public?
