"""Every column of every result table: name, unit, range, meaning and, where it has one, source."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Column:
    """One column of a result table."""

    name: str
    unit: str
    meaning: str
    low: float | None = None
    high: float | None = None
    source: str = ""


MONTHLY = (
    Column("replication", "", "Number of the replication, from zero.", 0),
    Column("month", "months", "Month of the report, from zero; the burn-in is not reported.", 0),
    Column("experience", "index", "What customers experience: outcomes delivered less harm, hassle and problems.", 0, 100),
    Column("job_outcome", "", "How well the job gets done: quality weighted by what matters to each customer.", 0, 1),
    Column("service", "", "Share of customers without an open problem.", 0, 1),
    Column("harm", "", "Experience lost to noticed hidden charges and to hassle.", 0),
    Column("satisfaction", "", "Mean satisfaction.", 0, 1, "Szymanski and Henard (2001)"),
    Column("trust", "", "Mean trust in the own supplier.", 0, 1),
    Column("price", "£/month", "Mean new-customer price, weighted by customers.", 0),
    Column("price_paid", "£/month", "Mean of all that a customer pays: price, premiums and hidden fees.", 0),
    Column("loyalty_premium", "£/month", "Mean loyalty and personal premium paid, over all customers.", 0),
    Column("hidden_fees", "£/month", "Mean hidden fees paid.", 0),
    Column("unwanted_extras", "£/month", "Mean paid for extras that the customer did not want.", 0),
    Column("exit_barriers", "£", "Mean exit barrier of the customer's supplier.", 0),
    Column("quality", "", "Mean quality of all outcomes, weighted by customers, blind to what matters to whom.", 0, 1),
    Column("announcement", "", "Mean experience that suppliers claim to give, weighted by customers.", 0, 1),
    Column("credibility", "", "How far suppliers' announcements count, weighted by customers.", 0, 1,
           "Wagner, Lutz and Weitz (2009)"),
    Column("churn", "1/year", "Share of customers who leave their supplier, annualised (12 x the month's share).", 0, 12),
    Column("complaints", "1/month", "Complaints per customer.", 0),
    Column("recoveries", "1/month", "Complaints per customer that staff with discretion dealt with, where that restores satisfaction.", 0),
    Column("coverage", "", "Share of people who have a supplier.", 0, 1),
    Column("hhi", "", "Herfindahl-Hirschman index of customers' shares, 0 to 10,000.", 0, 10_000,
           "Herfindahl (1950); Hirschman (1945)"),
    Column("consumer_surplus", "£/month", "Mean consumer surplus: the logit's log-sum for those who choose, corrected "
           "for what was not foreseen, and the experienced net worth for those who do not.", None, None,
           "Small and Rosen (1981); Train (2015)"),
    Column("profit", "£/month", "Sum of firms' profit, fines and redress included, for the real population."),
    Column("fines", "£/month", "Fines paid in the month.", 0),
    Column("redress", "£/month", "Redress paid to customers in the month.", 0),
    Column("regulator_budget", "£", "Money the regulator has in hand at the end of the month.", 0),
    Column("regulator_spend", "£/month", "Money the regulator spent in the month.", 0),
    Column("cases", "cases", "Cases open at the end of the month.", 0),
    Column("violations", "", "Share of customers whose supplier breaks a rule.", 0, 1),
    Column("detection_perceived", "1/month", "Firms' mean belief about the chance of being investigated.", 0, 1,
           "Apel (2013)"),
    Column("cartel_members", "firms", "Number of firms in a cartel.", 0),
    Column("overcharge", "£/month", "Mean price paid above the price before the cartel, over all customers.", 0),
    Column("switching_costs", "£/month", "Mean switching cost borne, over all customers.", 0),
    Column("avoidance", "£/month", "Mean effort of avoiding hidden fees, over all customers.", 0),
    Column("margin", "", "Operating profit before fines and redress as a share of revenue."),
    Column("n_firms", "firms", "Number of active firms.", 0),
)  # fmt: skip

FIRMS = (
    Column("replication", "", "Number of the replication, from zero.", 0),
    Column("month", "months", "Month of the report.", 0),
    Column("firm", "", "The firm's name."),
    Column("strategy", "", "The firm's strategy."),
    Column("active", "", "Whether the firm is in the market."),
    Column("customers", "customers", "Real customers.", 0),
    Column("share", "", "Share of those who have a supplier.", 0, 1),
    Column("price", "£/month", "New-customer price.", 0),
    Column("loyalty_premium", "£/month", "What customers past their first months pay on top.", 0),
    Column("hidden_fee", "£/month", "Hidden fee.", 0),
    Column("exit_barrier", "£", "Cost put in the way of leaving.", 0),
    Column("overpromise", "", "Experience promised beyond what is delivered.", -1, 1),
    Column("personalisation", "", "Intensity of personal pricing from customers' data.", 0, 1),
    Column("disclosure", "", "Share of failings that the firm discloses itself.", 0, 1),
    Column("service", "", "Service capacity relative to the arrival of new problems.", 0),
    Column("score_gaming", "", "Effort spent on the survey score itself.", 0, 1),
    Column("discretion", "", "How far staff may go beyond the script.", 0, 1),
    Column("speed_target", "", "How far staff are measured by handling time.", 0, 1),
    Column("technology", "", "Technology in service.", 0, 1),
    Column("process", "", "How far the work in service is in order.", 0, 1),
    Column("staff_care", "", "What is done for staff.", 0, 1),
    Column("morale", "", "Morale of staff.", 0, 1),
    Column("boldness", "", "Chance that it takes on a bold project at a review.", 0, 1),
    Column("frontier", "", "Highest quality of an outcome that it can bring about.", 0, 1),
    Column("secrets", "", "Failings that it hides.", 0),
    Column("dark_pattern", "", "Pressure to take the optional extra, where there is one: 0.5 mild, 1 aggressive dark patterns.", 0, 1),
    Column("announcement", "", "Experience that it claims to give; 0: it claims nothing.", 0, 1),
    Column("credibility", "", "How far its announcements count.", 0, 1, "Wagner, Lutz and Weitz (2009)"),
    Column("programmes", "", "Programmes of spending on quality and service that it has judged so far.", 0),
    Column("cancelled", "", "Those of them that it has cut back.", 0),
    Column("quality", "", "Mean quality of the outcomes.", 0, 1),
    Column("reputation", "", "Satisfaction of its customers as the public knows it.", 0, 1),
    Column("survey_score", "", "The score its survey shows.", 0, 1),
    Column("experience", "index", "Mean experience of its customers.", 0, 100),
    Column("satisfaction", "", "Mean satisfaction of its customers.", 0, 1),
    Column("joiners", "customers", "Customers who joined in the month.", 0),
    Column("leavers", "customers", "Customers who left in the month.", 0),
    Column("complaints", "1/month", "Complaints per customer.", 0),
    Column("revenue", "£/month", "All that customers paid.", 0),
    Column("cost", "£/month", "Cost of serving them, fixed cost included.", 0),
    Column("profit", "£/month", "Revenue less cost, fines, redress and franchise payments."),
    Column("cash", "£", "Cash in hand."),
    Column("fines", "£/month", "Fines paid.", 0),
    Column("redress", "£/month", "Redress paid.", 0),
    Column("severity", "", "Severity of its rule-breaking, relative to price; zero is compliance.", 0),
    Column("detection_perceived", "1/month", "Its belief about the chance of being investigated.", 0, 1),
    Column("cartel_member", "", "Whether it is in a cartel."),
)

SEGMENTS = (
    Column("replication", "", "Number of the replication, from zero.", 0),
    Column("month", "months", "Month of the report.", 0),
    Column("segment", "", "The segment's name."),
    Column("customers", "customers", "Real people in the segment.", 0),
    Column("experience", "index", "Mean experience.", 0, 100),
    Column("satisfaction", "", "Mean satisfaction.", 0, 1),
    Column("trust", "", "Mean trust in the supplier.", 0, 1),
    Column("harm", "", "Experience lost to noticed hidden charges and to hassle.", 0),
    Column("price_paid", "£/month", "Mean of all that is paid.", 0),
    Column("loyalty_premium", "£/month", "Mean loyalty and personal premium paid.", 0),
    Column("hidden_fees", "£/month", "Mean hidden fees paid.", 0),
    Column("unwanted_extras", "£/month", "Mean paid for extras that the customer did not want.", 0),
    Column("switching_costs", "£/month", "Mean switching cost borne.", 0),
    Column("avoidance", "£/month", "Mean effort of avoiding hidden fees.", 0),
    Column("churn", "1/year", "Share who leave their supplier, annualised.", 0, 12),
    Column("complaints", "1/month", "Complaints per customer.", 0),
    Column("coverage", "", "Share who have a supplier.", 0, 1),
    Column("consumer_surplus", "£/month", "Mean consumer surplus."),
)

LEDGER = (
    Column("replication", "", "Number of the replication, from zero.", 0),
    Column("month", "months", "Month of the report.", 0),
    Column("payer", "", "Who gives: customers, firm, regulator, treasury."),
    Column("payee", "", "Who receives: customers, firm, regulator, treasury, or resources used up."),
    Column("conduct", "", "What for."),
    Column("segment", "", "Segment of the customers concerned; empty where none is."),
    Column("firm", "", "Firm concerned; empty where none is."),
    Column("amount", "£/month", "Pounds in the month, for the real population.", 0),
)

TABLES = {"monthly": MONTHLY, "firms": FIRMS, "segments": SEGMENTS, "ledger": LEDGER}
WORDS = frozenset({"firm", "strategy", "segment", "payer", "payee", "conduct"})
FLAGS = frozenset({"active", "cartel_member"})
COUNTERS = frozenset({"replication", "month"})

CONDUCTS = {
    "bill": "The advertised price, less any part that a cartel added.",
    "overcharge": "The part of the price that a cartel added to the price before it formed.",
    "loyalty_premium": "What existing customers pay above the new-customer price.",
    "personal_premium": "What a customer pays because data showed that she would.",
    "hidden_fee": "Charges that were not part of the price compared.",
    "extra": "Optional extras that customers want.",
    "unwanted_extra": "Optional extras that customers were led into and do not want.",
    "exit_barrier": "Time and worry spent getting past obstacles to leaving.",
    "avoidance": "Effort of doing without what a hidden fee pays for.",
    "switching_cost": "Cost of changing supplier.",
    "redress": "Money paid back to customers by order.",
    "production": "Cost of serving customers at no quality and no service.",
    "quality": "Cost of quality.",
    "service": "Cost of service capacity.",
    "contact": "Cost of handling open problems (failure demand).",
    "overhead": "Fixed cost, insight, disclosure, announcements, barriers, the gaming of scores, how service is run, and projects that "
    "may fail.",
    "entry": "Sunk cost of entry.",
    "franchise": "Payment for a franchise.",
    "fine": "Fines that go to the treasury.",
    "fine_retained": "Fines that the regulator keeps.",
    "funding": "Public money for the regulator.",
    "enforcement": "What the regulator spends on cases.",
}
