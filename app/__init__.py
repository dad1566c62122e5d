"""The centre recognition API: how an organisation becomes a centre of the awarding organisation."""
