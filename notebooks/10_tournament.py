# %% [markdown]
# # 10. Write your own strategy and enter it in a tournament
#
# **Aims.** Turn an idea of business into a rule. Test it against others', in markets that it was not made for. Say
# what a ranking shows and what it does not.
#
# **Time.** 90 minutes, or a week of homework and an hour for the final. Comes after lessons 1 to 3.
#
# ## A strategy
#
# A strategy is a class with one method. `review` is called for a firm every few months; it looks at the firm and the
# market and returns new values for the levers that it wants to change. What firms can see of one another: everything
# that a customer could, and the prices of all.
#
# This one asks one price of all and never below cost. Each strategy goes into a file of its own in a folder, here
# `entries`.
#
# **Files in the folder are run on your computer as they are.** Play entries of people whom you trust, or read them
# first.

# %%
from pathlib import Path

Path("entries").mkdir(exist_ok=True)
Path("entries/fair_deal.py").write_text('''
from cxsim import Strategy


class FairDeal(Strategy):
    """One price for all, a little below rivals and never below cost; more service while problems wait."""

    def review(self, firm, market):
        rivals = [other.price for other in market.firms if other is not firm]
        customers = max(firm.customers, 1.0)
        cost = firm.cost / customers
        price = max(1.02 * cost, 0.98 * sum(rivals) / len(rivals))
        waiting = firm.open_problems / customers
        return {
            "price": price,
            "service": firm.service + (0.1 if waiting > 0.01 else -0.02),
            "quality": 0.7,
            "loyalty_premium": 0.0,
            "hidden_fee": 0.0,
            "exit_barrier": 0.0,
        }
''')

# %% [markdown]
# And one that takes what it can get:

# %%
Path("entries/grabber.py").write_text('''
from cxsim import Strategy


class Grabber(Strategy):
    """Cheap at the door; everything else is for those who are in."""

    def review(self, firm, market):
        rivals = [other.price for other in market.firms if other is not firm]
        return {
            "price": 0.95 * min(rivals),
            "loyalty_premium": firm.loyalty_premium + 2.0,
            "hidden_fee": firm.hidden_fee + 0.5,
            "exit_barrier": firm.exit_barrier + 5.0,
            "quality": 0.5,
        }
''')

# %% [markdown]
# ## Your entry
#
# Change this one. `cxsim parameters firms` and `help(cxsim.Strategy)` list the levers; `dir(market.firms[0])` what a
# firm knows about itself.

# %%
Path("entries/mine.py").write_text('''
from cxsim import Strategy


class Mine(Strategy):
    """Good quality first; a price that pays for it."""

    def review(self, firm, market):
        cost = firm.cost / max(firm.customers, 1.0)
        return {"quality": 0.85, "service": 1.1, "price": 1.2 * cost, "loyalty_premium": 0.0, "hidden_fee": 0.0}
''')

# %% [markdown]
# ## Your prediction
#
# *Write it into this cell before you go on.* Three of cxsim's own play along: `low_price`, `superior_service`, and
# the `equity_planner`, which computes what each customer will be worth to it.
#
# - Most profit: ...
# - Most value to customers: ...
# - A regulator with money and uncapped fines will move ... up and ... down.
#
# ## The tournament
#
# Every pair meets in a market of two, and all meet in one market; in every rotation of seats, because firms do not
# start alike; in two markets, with and without a regulator; all with the same luck. (A third format, one firm of an
# entry among three of another, takes longer: leave out `formats=`.)

# %%
from cxsim.tournament import play

answer = play(
    "entries", "market=generic,mobile", "regulator=none,stylised_continental", "market.n_customers=300", "months=18",
    formats="duel,all", replications=4, name="lesson",
)  # fmt: skip
print(answer.text)

# %%
ranking = answer.tables["ranking"].frame
ranking[["place", "entry", "profit", "profit_best", "profit_worst", "value", "value_place", "share", "experience", "paid"]].round(1)

# %% [markdown]
# `profit_best` and `profit_worst` are the places that cannot be ruled out. Two entries whose ranges overlap may well
# be equally good: another draw of luck might swap them. The figure shows both scores.

# %%
answer.figures["places"]

# %%
answer.figures["against"]

# %%
answer.tables["settings"].frame.pivot(index="entry", columns="setting", values="profit").round(1)

# %% [markdown]
# On the command line, `cxsim tournament entries/` does the same and writes a folder; `cxsim report` makes a page of
# it.
#
# ## Questions
#
# 1. Who won by profit, who by what customers got? Is there an entry that does well in both?
# 2. Which entries does the regulator help, and which does it hurt? By how much, compared with the intervals?
# 3. Change `mine.py` until it beats `fair_deal` by profit *beyond doubt*. What did you have to do to customers?
# 4. Run the tournament without the `equity_planner` (`house="low_price,superior_service"`). Do the places of the
#    others change? What does that say about asking for the best strategy?
# 5. Somebody's entry is best in every market of this tournament. Would you advise a real firm to follow it? Name
#    three things that you would want to know first.
