# %% [markdown]
# # 9. Managing to the score
#
# **Aims.** See what happens to a measure that becomes a target (Goodhart 1975; Campbell 1979), and to a market whose
# firms believe their own measure.
#
# **Time.** 50 minutes. Comes after lesson 1.
#
# ## The practice
#
# Firms ask customers for a score. Managers are paid by it. There are two ways to a better score: better service, or a
# better *score*: asking at the right moment, asking the right people, begging for a ten. `firms.proxy_bias` says how
# far a firm takes the score for what customers live through: 0 not at all, 1 entirely. Hidden fees and premiums do
# not exist in this lesson.
#
# ## Your prediction
#
# *Write it into this cell before you go on.* As firms go from 0 to 1,
#
# - the score will go from about 0.80 to ...
# - customers' experience will go from about 81 to ...
# - price will ..., because ...
# - profit will ..., because ...
#
# ## From knowing to scoring

# %%
import cxsim

small = ("market=generic", "regulator=none", "market.n_customers=500", "months=48", "firms.levers=[price,quality,service,score_gaming]")
measures = {"score": {"table": "firms", "column": "survey_score"}, "gaming": {"table": "firms", "column": "score_gaming"}}
table = cxsim.sweep({"firms.proxy_bias": [0.0, 0.25, 0.5, 0.75, 1.0]}, *small, measures=measures, replications=8, seed=1)
cxsim.plot_levels(
    table,
    "firms.proxy_bias",
    {"score": "Survey score (0 to 1)", "experience": "Experience", "price": "Price",
     "profit": "Profit of all firms", "coverage": "People served", "consumer_surplus": "Consumer surplus"},
    title="The score says that all is well",
    xlabel="How far firms believe the score",
)  # fmt: skip

# %% [markdown]
# Experience does not suffer. Customers do: look at price, at how many go without, and at consumer surplus.
#
# ## Is it the gaming, or the belief?
#
# Take the lever away: now nobody can game the score, and firms may believe in it as before.

# %%
honest = cxsim.sweep(
    {"firms.proxy_bias": [0.0, 0.5, 1.0]}, *small[:-1], "firms.levers=[price,quality,service]", measures=measures, replications=8, seed=1
)
both = {"score can be gamed": table[table["firms.proxy_bias"].isin([0.0, 0.5, 1.0])], "it cannot": honest}
import pandas as pd

joined = pd.concat([part.assign(rule=name) for name, part in both.items()], ignore_index=True)
cxsim.plot_levels(
    joined,
    "firms.proxy_bias",
    {"score": "Survey score (0 to 1)", "price": "Price", "consumer_surplus": "Consumer surplus"},
    by="rule",
    title="A score that cannot be gamed does no such harm",
    xlabel="How far firms believe the score",
)

# %% [markdown]
# ## Questions
#
# 1. Goodhart's law says that a measure stops being a good one when it becomes a target. Which two panels show that?
# 2. Why does the price rise? (What does a firm that thinks its customers delighted think they would put up with?)
# 3. One firm alone that overprices for such a reason would be punished. Why are these not? Compare profit and people
#    served.
# 4. Lesson 8 had firms that agreed on prices. Here they agreed on nothing. Would a competition authority find
#    anything? Should it look?
# 5. Keiningham and others (2007) found that recommendation scores predict growth no better than satisfaction does.
#    Design a score that would be harder to game, and say what it would cost.
