from cxsim.frontier.cheapest import cheapest, target
from cxsim.frontier.figures import cost
from cxsim.frontier.question import SPENDING

from .texts import texts


def test_cost_marks_the_choice_and_the_target(maps):
    aim = target("hidden_fees")
    choices = [cheapest(maps.values["hidden_fees"][p], maps.values["spending"][p], aim, 100) for p in range(2)]
    figure = cost.draw(maps, SPENDING, aim, choices, "Title", ["Line"])
    for axes in figure.axes:
        shown = texts(axes)
        assert any(text.startswith("target: at most") for text in shown)
        assert any("£316k a year" in text for text in shown)
    figure.canvas.draw()
