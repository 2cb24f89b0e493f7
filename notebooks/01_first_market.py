# %% [markdown]
# # 1. Your first market
#
# **Aims.** Run a simulated market. Read its tables and a figure with intervals. Tell the price that is advertised
# from the price that is paid.
#
# **Time.** 50 minutes. **You need** `pip install 'cxsim[notebooks]'`. Cells run from top to bottom; the slowest takes
# some seconds, the first time on a machine about a minute, because code is compiled.
#
# ## The market
#
# One million people need a monthly service. A few firms offer it. Each firm sets, among other things,
#
# - a **price**, which everybody sees who compares offers,
# - a **loyalty premium**, which customers pay on top after their first year,
# - a **hidden fee**, which is on the bill and not in the advertisement,
# - the **quality** of what it delivers.
#
# Every firm wants profit in the long run. Customers look around from time to time, compare what they see, and some of
# them switch. There is no regulator. In the month before the story begins every firm charges about £50 and nothing
# else.

# %%
import cxsim

config = cxsim.load("market=generic", "regulator=none")
print(config.market.n_firms, "firms,", f"{config.market.population:,.0f} people, reference price £{config.market.reference_price:.0f}")

# %% [markdown]
# ## Your prediction
#
# *Write it into this cell before you go on. Double-click to edit.*
#
# After five years of competition,
#
# - the advertised price will be about £ ... (it began at £50), because ...
# - all that a customer pays in a month will be about £ ..., because ...
# - customers' experience (an index from 0 to 100, now about 61) will be about ...
#
# ## The run
#
# `replications=8` runs the same market eight times, each time with other luck: other customers, other tastes, other
# accidents.

# %%
run = cxsim.simulate("market=generic", "regulator=none", "market.n_customers=500", months=60, burn_in=0, replications=8, seed=1)
run

# %% [markdown]
# Each row of `run.monthly` is one month of one replication. `cxsim columns monthly`, typed in a terminal, says what
# each column means.

# %%
run.monthly[["replication", "month", "price", "price_paid", "loyalty_premium", "hidden_fees", "quality", "experience"]].head(3)

# %%
cxsim.plot_months(
    {"advertised": run.monthly.assign(bill=run.monthly["price"]), "paid": run.monthly.assign(bill=run.monthly["price_paid"])},
    {"bill": "What a month costs (£)"},
    title="The price on the poster fell, the bill rose",
)

# %% [markdown]
# Where does the gap come from? The band around a line is a 95 % interval: how far luck alone moves the mean.

# %%
cxsim.plot_months(
    {"market": run},
    {"loyalty_premium": "Loyalty premium", "hidden_fees": "Hidden fees", "experience": "Experience"},
    title="What was added, and what customers lived through",
)

# %%
years = run.monthly.assign(year=run.monthly["month"] // 12 + 1)
years.groupby("year")[["price", "loyalty_premium", "hidden_fees", "price_paid", "quality", "experience", "churn"]].mean().round(2)

# %% [markdown]
# ## One customer
#
# Behind the means are people. `run.model` is the market after its last month; here is one of its customers.

# %%
customer = run.model.customers[7]
print("she needs the service to:", customer.job)
print("her supplier:", customer.supplier, "- customer for", customer.tenure, "months")
print(f"satisfaction {customer.satisfaction:.2f}, trust {customer.trust:.2f}")

# %% [markdown]
# ## Questions
#
# 1. Compare your prediction with the figure. Which of your reasons were right, even where the number was not?
# 2. The advertised price falls for a year and then rises a little. What happens to the premium and the fee in the
#    same months? Who, among the customers, looks at which of the three?
# 3. Quality rises although nobody forces firms. Why does that pay, and why does raising quality not end the hidden
#    fee?
# 4. Is competition in this market strong or weak? Name two numbers from the table that speak for each answer.
# 5. Run it again with another `seed`. Which numbers change more than the width of the band, and should any?
