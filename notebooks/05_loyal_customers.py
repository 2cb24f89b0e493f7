# %% [markdown]
# # 5. Why loyal customers pay more, and what banning that does
#
# **Aims.** Explain a price that rises with loyalty. Use a branch: two futures of one market that part on a day. Look
# for who wins and who loses.
#
# **Time.** 60 minutes. Comes after lesson 1.
#
# ## The practice
#
# Home insurance is cheap for newcomers and dearer at every renewal (*price walking*). In January 2022 Britain's
# Financial Conduct Authority banned it: a customer who renews may not be asked for more than a newcomer.
#
# ## Your prediction
#
# *Write it into this cell before you go on.* Newcomers pay about £17 a month here, others about £6 more.
#
# After the ban
#
# - newcomers will pay about £ ...
# - what people pay on average, newcomers and old customers together, will fall / rise by £ ... in the first two
#   years, and by £ ... later
# - the number who switch in a year will ...
# - those who gain most are ...
#
# ## Two futures of one market
#
# Both futures share everything up to month 24, luck included; from then on the ban is in force in one of them.

# %%
import cxsim

market = cxsim.simulate("market=home_insurance", "regulator=none", "market.n_customers=500", months=96, replications=8, seed=1)
futures = market.branch(24, "market.ban_price_walking=true")
runs = {"no ban": futures.runs["base"], "ban": futures.runs["reform"]}
cxsim.plot_months(
    runs,
    {"price": "Price for newcomers", "loyalty_premium": "Loyalty premium, all customers", "price_paid": "All that is paid",
     "churn": "Share that switches in a year"},
    title="The premium is gone, and soon the gain is too",
    mark=24,
)  # fmt: skip

# %% [markdown]
# Differences between the two futures, replication by replication: in the first two years of the ban, and in the last
# four that we see.

# %%
from cxsim.results.intervals import mean_interval


FIRST, LATER = "24 <= month < 48", "month >= 48"


def change(column, when, table="monthly", **where):
    values = []
    for run in (runs["no ban"], runs["ban"]):
        rows = getattr(run, table).query(when)
        for key, value in where.items():
            rows = rows[rows[key] == value]
        values.append(rows.groupby("replication")[column].mean())
    return mean_interval(values[1] - values[0])


for column in ("price", "loyalty_premium", "price_paid", "churn", "consumer_surplus"):
    for name, when in (("first two years", FIRST), ("later", LATER)):
        found = change(column, when)
        print(f"{column:17} {name:16} {found.mean:+6.2f}   [{found.low:+.2f} to {found.high:+.2f}]")

# %% [markdown]
# ## Winners and losers
#
# The model knows three kinds of customers. Consumer surplus and payments, £ a month, in the later years:

# %%
for segment in ("vigilant", "inattentive", "vulnerable"):
    found = change("consumer_surplus", LATER, "segments", segment=segment)
    paid = change("price_paid", LATER, "segments", segment=segment)
    print(f"{segment:12} surplus {found.mean:+.2f} [{found.low:+.2f} to {found.high:+.2f}], payments {paid.mean:+.2f}")

# %% [markdown]
# ## Questions
#
# 1. Why can a firm charge more to those who stay? Which customers could stop it, and why do they not?
# 2. The premium of £6 falls to zero at once, and in the end the average bill falls by little. Where does the rest
#    come back, and how fast? An evaluation after two years would report how many times the lasting gain?
# 3. Switching falls after the ban. Is that good news? What did switchers do for the others before?
# 4. Chen (1997) finds, for two equal firms, that a ban raises both prices. Which of his assumptions does this market
#    keep, and which not?
# 5. The Authority expected consumers to save £4.2 billion in ten years. Name two things that it counted and this
#    model does not have, or the other way round. How could one find out who is right?
