"""What is written in a panel."""


def texts(axes):
    return [text.get_text() for text in axes.texts]
