# %% [markdown]
# # 4. The self-funded watchdog
#
# **Aims.** Think in feedback loops: fines pay for cases, cases bring fines and deter. Find out which of two forces
# wins. Tell what limits an authority: money, or something else.
#
# **Time.** 60 minutes. Comes after lesson 3.
#
# ## The idea
#
# A new regulator gets £100,000 a year, enough for one case. But it **keeps every fine** it collects, and fines have
# no cap. Some say that it will grow until it is strong. Others say that it must starve on its own success: once firms
# behave, there are no fines to live on.
#
# ## Your prediction
#
# *Write it into this cell before you go on. Draw the two lines on paper if you like: the hidden fee, and the
# regulator's money, over ten years.*
#
# - After ten years the regulator will have about £ ... in hand.
# - The hidden fee, £2.50 without a regulator, will be about £ ...
# - It will have starved / grown / settled, because ...
#
# ## Ten years

# %%
import cxsim

small = ("market=generic", "market.n_customers=500", "regulator.rules=[hidden_fee]")
runs = {
    "no regulator": cxsim.simulate(*small, "regulator=none", months=120, burn_in=0, replications=6, seed=1),
    "self-funded": cxsim.simulate(*small, "regulator=self_funded", months=120, burn_in=0, replications=6, seed=1),
}
cxsim.plot_months(
    runs,
    {"hidden_fees": "Hidden fees", "regulator_budget": "The regulator's money in hand", "cases": "Open cases", "fines": "Fines"},
    title="Two quiet years, then it wins, and keeps a fortune",
)

# %%
late = runs["self-funded"].monthly.query("month >= 84")
print(f"spends £{late['regulator_spend'].mean() * 12 / 1e6:.2f}m a year, takes £{late['fines'].mean() * 12 / 1e6:.0f}m in fines")
print(f"has £{late['regulator_budget'].iloc[-1] / 1e6:,.0f}m in hand")
print(f"{late['cases'].mean():.1f} cases open, for {late['n_firms'].mean():.0f} firms")

# %% [markdown]
# Once firms behave, fines nearly dry up, as the second camp expected. But the few that are left are several times what
# five cases cost, and there cannot be more than one case at a time against each firm. So the money piles up.
#
# ## How much of the fines does it need?

# %%
shares = cxsim.sweep(
    {"regulator.self_funding_share": [0.0, 0.02, 0.1, 1.0]}, *small, "regulator=self_funded", "months=84", "burn_in=0",
    replications=6, seed=1,
)  # fmt: skip
cxsim.plot_levels(
    shares,
    "regulator.self_funding_share",
    {"hidden_fees": "Hidden fees", "regulator_spend": "The regulator's spending", "regulator_budget": "Its money in hand"},
    xnames={0.0: "none", 0.02: "2 %", 0.1: "10 %", 1.0: "all"},
    title="A tenth of the fines does as much as all of them",
    xlabel="Share of fines that it keeps (seventh year)",
)

# %% [markdown]
# ## Questions
#
# 1. Which of the two camps was right, about what, and when?
# 2. What happens in the first two years? Why does the fee not move although the rule is in force from the first day?
# 3. The regulator holds tens of millions that it cannot spend. Suggest two rules for its finances, and say what each
#    would do to the loop.
# 4. Let a second conduct break a rule: `regulator.rules=[hidden_fee,overpromise]`. Firms that are fined for promises
#    anyway keep charging more of the fee. Why? (Ask what *one more* offence costs a firm that is punished already.)
# 5. A regulator that lives on fines may come to like offences that pay. What in your answer to 4 could show that, and
#    what is missing from the model?
