"""Gentle made-up names, offered to visitors who would rather not give their own."""

import secrets

NAMES = {
    "nl": (
        "Merel Zonnebloem Madelief Roodborst Vlinder Wilg Kastanje Duif Klaproos Zeester Berk"
        " Lijster Maan Nachtegaal Olijf Papaver Kiezel Rivier Schelp Sneeuwklok Spreeuw Ster"
        " Tulp Varen Vink Viooltje Wolk Zeehond Zwaluw Anemoon Boterbloem Dauw Egel Hazelaar"
        " Iris Korenbloem Lavendel Linde Libel Mus"
    ),
    "en": (
        "Blackbird Sunflower Daisy Robin Butterfly Willow Chestnut Dove Poppy Starfish Birch"
        " Thrush Moon Nightingale Olive Clover Pebble River Shell Snowdrop Starling Star Tulip"
        " Fern Finch Violet Cloud Seal Swallow Anemone Buttercup Dew Hedgehog Hazel Iris"
        " Cornflower Lavender Linden Dragonfly Sparrow"
    ),
}


def made_up_name(language: str) -> str:
    """A name that says nothing about anyone."""
    return secrets.choice(NAMES.get(language[:2], NAMES["en"]).split())
