"""The countries of addresses and of delivery: the nations of the United Kingdom, and every other country of ISO 3166-1.

Kosovo, which ISO has not listed, has the code that the European Union gives it.
"""

from typing import Self

from app.domain.vocabularies import Vocabulary


class Country(Vocabulary):
    """A country of an address or of delivery."""

    iso_code: str | None
    """ISO 3166-1 alpha-2; the nations of the United Kingdom share theirs."""
    postcode_required: bool
    """False where there are no postcodes, or where many addresses have none."""

    def __new__(cls, key: str, label: str = "", iso_code: str | None = None, postcode_required: bool = False) -> Self:
        member = str.__new__(cls, key)
        member._value_ = key
        member.label, member.iso_code, member.postcode_required = label, iso_code, postcode_required
        return member

    ENGLAND = "england", "England", "GB", True
    WALES = "wales", "Wales", "GB", True
    SCOTLAND = "scotland", "Scotland", "GB", True
    NORTHERN_IRELAND = "northern_ireland", "Northern Ireland", "GB", True
    IRELAND = "ireland", "Ireland", "IE", True
    JERSEY = "jersey", "Jersey", "JE", True
    GUERNSEY = "guernsey", "Guernsey", "GG", True
    ISLE_OF_MAN = "isle_of_man", "Isle of Man", "IM", True
    AFGHANISTAN = "afghanistan", "Afghanistan", "AF"
    ALAND_ISLANDS = "aland_islands", "Åland Islands", "AX", True
    ALBANIA = "albania", "Albania", "AL"
    ALGERIA = "algeria", "Algeria", "DZ"
    AMERICAN_SAMOA = "american_samoa", "American Samoa", "AS", True
    ANDORRA = "andorra", "Andorra", "AD", True
    ANGOLA = "angola", "Angola", "AO"
    ANGUILLA = "anguilla", "Anguilla", "AI"
    ANTARCTICA = "antarctica", "Antarctica", "AQ"
    ANTIGUA_AND_BARBUDA = "antigua_and_barbuda", "Antigua and Barbuda", "AG"
    ARGENTINA = "argentina", "Argentina", "AR"
    ARMENIA = "armenia", "Armenia", "AM"
    ARUBA = "aruba", "Aruba", "AW"
    AUSTRALIA = "australia", "Australia", "AU", True
    AUSTRIA = "austria", "Austria", "AT", True
    AZERBAIJAN = "azerbaijan", "Azerbaijan", "AZ"
    BAHAMAS = "bahamas", "The Bahamas", "BS"
    BAHRAIN = "bahrain", "Bahrain", "BH"
    BANGLADESH = "bangladesh", "Bangladesh", "BD"
    BARBADOS = "barbados", "Barbados", "BB"
    BELARUS = "belarus", "Belarus", "BY", True
    BELGIUM = "belgium", "Belgium", "BE", True
    BELIZE = "belize", "Belize", "BZ"
    BENIN = "benin", "Benin", "BJ"
    BERMUDA = "bermuda", "Bermuda", "BM"
    BHUTAN = "bhutan", "Bhutan", "BT"
    BOLIVIA = "bolivia", "Bolivia", "BO"
    BONAIRE_SINT_EUSTATIUS_AND_SABA = "bonaire_sint_eustatius_and_saba", "Bonaire, Sint Eustatius and Saba", "BQ"
    BOSNIA_AND_HERZEGOVINA = "bosnia_and_herzegovina", "Bosnia and Herzegovina", "BA", True
    BOTSWANA = "botswana", "Botswana", "BW"
    BOUVET_ISLAND = "bouvet_island", "Bouvet Island", "BV"
    BRAZIL = "brazil", "Brazil", "BR", True
    BRITISH_INDIAN_OCEAN_TERRITORY = "british_indian_ocean_territory", "British Indian Ocean Territory", "IO", True
    BRITISH_VIRGIN_ISLANDS = "british_virgin_islands", "British Virgin Islands", "VG"
    BRUNEI = "brunei", "Brunei", "BN"
    BULGARIA = "bulgaria", "Bulgaria", "BG", True
    BURKINA_FASO = "burkina_faso", "Burkina Faso", "BF"
    BURUNDI = "burundi", "Burundi", "BI"
    CAMBODIA = "cambodia", "Cambodia", "KH"
    CAMEROON = "cameroon", "Cameroon", "CM"
    CANADA = "canada", "Canada", "CA", True
    CAPE_VERDE = "cape_verde", "Cape Verde", "CV"
    CAYMAN_ISLANDS = "cayman_islands", "Cayman Islands", "KY"
    CENTRAL_AFRICAN_REPUBLIC = "central_african_republic", "Central African Republic", "CF"
    CHAD = "chad", "Chad", "TD"
    CHILE = "chile", "Chile", "CL"
    CHINA = "china", "China", "CN", True
    CHRISTMAS_ISLAND = "christmas_island", "Christmas Island", "CX"
    COCOS_ISLANDS = "cocos_islands", "Cocos (Keeling) Islands", "CC"
    COLOMBIA = "colombia", "Colombia", "CO"
    COMOROS = "comoros", "Comoros", "KM"
    CONGO = "congo", "Congo", "CG"
    COOK_ISLANDS = "cook_islands", "Cook Islands", "CK"
    COSTA_RICA = "costa_rica", "Costa Rica", "CR"
    CROATIA = "croatia", "Croatia", "HR", True
    CUBA = "cuba", "Cuba", "CU"
    CURACAO = "curacao", "Curaçao", "CW"
    CYPRUS = "cyprus", "Cyprus", "CY", True
    CZECHIA = "czechia", "Czechia", "CZ", True
    DEMOCRATIC_REPUBLIC_OF_THE_CONGO = "democratic_republic_of_the_congo", "Democratic Republic of the Congo", "CD"
    DENMARK = "denmark", "Denmark", "DK", True
    DJIBOUTI = "djibouti", "Djibouti", "DJ"
    DOMINICA = "dominica", "Dominica", "DM"
    DOMINICAN_REPUBLIC = "dominican_republic", "Dominican Republic", "DO"
    ECUADOR = "ecuador", "Ecuador", "EC"
    EGYPT = "egypt", "Egypt", "EG"
    EL_SALVADOR = "el_salvador", "El Salvador", "SV"
    EQUATORIAL_GUINEA = "equatorial_guinea", "Equatorial Guinea", "GQ"
    ERITREA = "eritrea", "Eritrea", "ER"
    ESTONIA = "estonia", "Estonia", "EE", True
    ESWATINI = "eswatini", "Eswatini", "SZ"
    ETHIOPIA = "ethiopia", "Ethiopia", "ET"
    FALKLAND_ISLANDS = "falkland_islands", "Falkland Islands", "FK", True
    FAROE_ISLANDS = "faroe_islands", "Faroe Islands", "FO", True
    FIJI = "fiji", "Fiji", "FJ"
    FINLAND = "finland", "Finland", "FI", True
    FRANCE = "france", "France", "FR", True
    FRENCH_GUIANA = "french_guiana", "French Guiana", "GF", True
    FRENCH_POLYNESIA = "french_polynesia", "French Polynesia", "PF", True
    FRENCH_SOUTHERN_TERRITORIES = "french_southern_territories", "French Southern Territories", "TF"
    GABON = "gabon", "Gabon", "GA"
    GAMBIA = "gambia", "The Gambia", "GM"
    GEORGIA = "georgia", "Georgia", "GE"
    GERMANY = "germany", "Germany", "DE", True
    GHANA = "ghana", "Ghana", "GH"
    GIBRALTAR = "gibraltar", "Gibraltar", "GI", True
    GREECE = "greece", "Greece", "GR", True
    GREENLAND = "greenland", "Greenland", "GL", True
    GRENADA = "grenada", "Grenada", "GD"
    GUADELOUPE = "guadeloupe", "Guadeloupe", "GP", True
    GUAM = "guam", "Guam", "GU", True
    GUATEMALA = "guatemala", "Guatemala", "GT"
    GUINEA = "guinea", "Guinea", "GN"
    GUINEA_BISSAU = "guinea_bissau", "Guinea-Bissau", "GW"
    GUYANA = "guyana", "Guyana", "GY"
    HAITI = "haiti", "Haiti", "HT"
    HEARD_ISLAND_AND_MCDONALD_ISLANDS = "heard_island_and_mcdonald_islands", "Heard Island and McDonald Islands", "HM"
    HONDURAS = "honduras", "Honduras", "HN"
    HONG_KONG = "hong_kong", "Hong Kong", "HK"
    HUNGARY = "hungary", "Hungary", "HU", True
    ICELAND = "iceland", "Iceland", "IS", True
    INDIA = "india", "India", "IN", True
    INDONESIA = "indonesia", "Indonesia", "ID"
    IRAN = "iran", "Iran", "IR"
    IRAQ = "iraq", "Iraq", "IQ"
    ISRAEL = "israel", "Israel", "IL", True
    ITALY = "italy", "Italy", "IT", True
    IVORY_COAST = "ivory_coast", "Ivory Coast", "CI"
    JAMAICA = "jamaica", "Jamaica", "JM"
    JAPAN = "japan", "Japan", "JP", True
    JORDAN = "jordan", "Jordan", "JO"
    KAZAKHSTAN = "kazakhstan", "Kazakhstan", "KZ"
    KENYA = "kenya", "Kenya", "KE"
    KIRIBATI = "kiribati", "Kiribati", "KI"
    KOSOVO = "kosovo", "Kosovo", "XK", True
    KUWAIT = "kuwait", "Kuwait", "KW"
    KYRGYZSTAN = "kyrgyzstan", "Kyrgyzstan", "KG"
    LAOS = "laos", "Laos", "LA"
    LATVIA = "latvia", "Latvia", "LV", True
    LEBANON = "lebanon", "Lebanon", "LB"
    LESOTHO = "lesotho", "Lesotho", "LS"
    LIBERIA = "liberia", "Liberia", "LR"
    LIBYA = "libya", "Libya", "LY"
    LIECHTENSTEIN = "liechtenstein", "Liechtenstein", "LI", True
    LITHUANIA = "lithuania", "Lithuania", "LT", True
    LUXEMBOURG = "luxembourg", "Luxembourg", "LU", True
    MACAO = "macao", "Macao", "MO"
    MADAGASCAR = "madagascar", "Madagascar", "MG"
    MALAWI = "malawi", "Malawi", "MW"
    MALAYSIA = "malaysia", "Malaysia", "MY", True
    MALDIVES = "maldives", "Maldives", "MV"
    MALI = "mali", "Mali", "ML"
    MALTA = "malta", "Malta", "MT", True
    MARSHALL_ISLANDS = "marshall_islands", "Marshall Islands", "MH", True
    MARTINIQUE = "martinique", "Martinique", "MQ", True
    MAURITANIA = "mauritania", "Mauritania", "MR"
    MAURITIUS = "mauritius", "Mauritius", "MU"
    MAYOTTE = "mayotte", "Mayotte", "YT", True
    MEXICO = "mexico", "Mexico", "MX", True
    MICRONESIA = "micronesia", "Micronesia", "FM", True
    MOLDOVA = "moldova", "Moldova", "MD", True
    MONACO = "monaco", "Monaco", "MC", True
    MONGOLIA = "mongolia", "Mongolia", "MN"
    MONTENEGRO = "montenegro", "Montenegro", "ME", True
    MONTSERRAT = "montserrat", "Montserrat", "MS"
    MOROCCO = "morocco", "Morocco", "MA"
    MOZAMBIQUE = "mozambique", "Mozambique", "MZ"
    MYANMAR = "myanmar", "Myanmar (Burma)", "MM"
    NAMIBIA = "namibia", "Namibia", "NA"
    NAURU = "nauru", "Nauru", "NR"
    NEPAL = "nepal", "Nepal", "NP"
    NETHERLANDS = "netherlands", "Netherlands", "NL", True
    NEW_CALEDONIA = "new_caledonia", "New Caledonia", "NC", True
    NEW_ZEALAND = "new_zealand", "New Zealand", "NZ", True
    NICARAGUA = "nicaragua", "Nicaragua", "NI"
    NIGER = "niger", "Niger", "NE"
    NIGERIA = "nigeria", "Nigeria", "NG"
    NIUE = "niue", "Niue", "NU"
    NORFOLK_ISLAND = "norfolk_island", "Norfolk Island", "NF"
    NORTH_KOREA = "north_korea", "North Korea", "KP"
    NORTH_MACEDONIA = "north_macedonia", "North Macedonia", "MK", True
    NORTHERN_MARIANA_ISLANDS = "northern_mariana_islands", "Northern Mariana Islands", "MP", True
    NORWAY = "norway", "Norway", "NO", True
    OMAN = "oman", "Oman", "OM"
    PAKISTAN = "pakistan", "Pakistan", "PK"
    PALAU = "palau", "Palau", "PW", True
    PALESTINE = "palestine", "Palestine", "PS"
    PANAMA = "panama", "Panama", "PA"
    PAPUA_NEW_GUINEA = "papua_new_guinea", "Papua New Guinea", "PG"
    PARAGUAY = "paraguay", "Paraguay", "PY"
    PERU = "peru", "Peru", "PE"
    PHILIPPINES = "philippines", "Philippines", "PH"
    PITCAIRN_ISLANDS = "pitcairn_islands", "Pitcairn Islands", "PN", True
    POLAND = "poland", "Poland", "PL", True
    PORTUGAL = "portugal", "Portugal", "PT", True
    PUERTO_RICO = "puerto_rico", "Puerto Rico", "PR", True
    QATAR = "qatar", "Qatar", "QA"
    REUNION = "reunion", "Réunion", "RE", True
    ROMANIA = "romania", "Romania", "RO", True
    RUSSIA = "russia", "Russia", "RU", True
    RWANDA = "rwanda", "Rwanda", "RW"
    SAINT_BARTHELEMY = "saint_barthelemy", "Saint Barthélemy", "BL", True
    SAINT_HELENA_ASCENSION_AND_TRISTAN_DA_CUNHA = (
        "saint_helena_ascension_and_tristan_da_cunha",
        "Saint Helena, Ascension and Tristan da Cunha",
        "SH",
        True,
    )
    SAINT_KITTS_AND_NEVIS = "saint_kitts_and_nevis", "Saint Kitts and Nevis", "KN"
    SAINT_LUCIA = "saint_lucia", "Saint Lucia", "LC"
    SAINT_MARTIN = "saint_martin", "Saint Martin", "MF", True
    SAINT_PIERRE_AND_MIQUELON = "saint_pierre_and_miquelon", "Saint Pierre and Miquelon", "PM", True
    SAINT_VINCENT_AND_THE_GRENADINES = "saint_vincent_and_the_grenadines", "Saint Vincent and the Grenadines", "VC"
    SAMOA = "samoa", "Samoa", "WS"
    SAN_MARINO = "san_marino", "San Marino", "SM", True
    SAO_TOME_AND_PRINCIPE = "sao_tome_and_principe", "Sao Tome and Principe", "ST"
    SAUDI_ARABIA = "saudi_arabia", "Saudi Arabia", "SA"
    SENEGAL = "senegal", "Senegal", "SN"
    SERBIA = "serbia", "Serbia", "RS", True
    SEYCHELLES = "seychelles", "Seychelles", "SC"
    SIERRA_LEONE = "sierra_leone", "Sierra Leone", "SL"
    SINGAPORE = "singapore", "Singapore", "SG", True
    SINT_MAARTEN = "sint_maarten", "Sint Maarten", "SX"
    SLOVAKIA = "slovakia", "Slovakia", "SK", True
    SLOVENIA = "slovenia", "Slovenia", "SI", True
    SOLOMON_ISLANDS = "solomon_islands", "Solomon Islands", "SB"
    SOMALIA = "somalia", "Somalia", "SO"
    SOUTH_AFRICA = "south_africa", "South Africa", "ZA", True
    SOUTH_GEORGIA_AND_THE_SOUTH_SANDWICH_ISLANDS = (
        "south_georgia_and_the_south_sandwich_islands",
        "South Georgia and the South Sandwich Islands",
        "GS",
        True,
    )
    SOUTH_KOREA = "south_korea", "South Korea", "KR", True
    SOUTH_SUDAN = "south_sudan", "South Sudan", "SS"
    SPAIN = "spain", "Spain", "ES", True
    SRI_LANKA = "sri_lanka", "Sri Lanka", "LK"
    SUDAN = "sudan", "Sudan", "SD"
    SURINAME = "suriname", "Suriname", "SR"
    SVALBARD_AND_JAN_MAYEN = "svalbard_and_jan_mayen", "Svalbard and Jan Mayen", "SJ", True
    SWEDEN = "sweden", "Sweden", "SE", True
    SWITZERLAND = "switzerland", "Switzerland", "CH", True
    SYRIA = "syria", "Syria", "SY"
    TAIWAN = "taiwan", "Taiwan", "TW", True
    TAJIKISTAN = "tajikistan", "Tajikistan", "TJ"
    TANZANIA = "tanzania", "Tanzania", "TZ"
    THAILAND = "thailand", "Thailand", "TH", True
    TIMOR_LESTE = "timor_leste", "Timor-Leste", "TL"
    TOGO = "togo", "Togo", "TG"
    TOKELAU = "tokelau", "Tokelau", "TK"
    TONGA = "tonga", "Tonga", "TO"
    TRINIDAD_AND_TOBAGO = "trinidad_and_tobago", "Trinidad and Tobago", "TT"
    TUNISIA = "tunisia", "Tunisia", "TN"
    TURKIYE = "turkiye", "Türkiye", "TR", True
    TURKMENISTAN = "turkmenistan", "Turkmenistan", "TM"
    TURKS_AND_CAICOS_ISLANDS = "turks_and_caicos_islands", "Turks and Caicos Islands", "TC", True
    TUVALU = "tuvalu", "Tuvalu", "TV"
    UGANDA = "uganda", "Uganda", "UG"
    UKRAINE = "ukraine", "Ukraine", "UA", True
    UNITED_ARAB_EMIRATES = "united_arab_emirates", "United Arab Emirates", "AE"
    UNITED_STATES = "united_states", "United States", "US", True
    UNITED_STATES_MINOR_OUTLYING_ISLANDS = (
        "united_states_minor_outlying_islands",
        "United States Minor Outlying Islands",
        "UM",
    )
    UNITED_STATES_VIRGIN_ISLANDS = "united_states_virgin_islands", "United States Virgin Islands", "VI", True
    URUGUAY = "uruguay", "Uruguay", "UY"
    UZBEKISTAN = "uzbekistan", "Uzbekistan", "UZ"
    VANUATU = "vanuatu", "Vanuatu", "VU"
    VATICAN_CITY = "vatican_city", "Vatican City", "VA", True
    VENEZUELA = "venezuela", "Venezuela", "VE"
    VIETNAM = "vietnam", "Vietnam", "VN"
    WALLIS_AND_FUTUNA = "wallis_and_futuna", "Wallis and Futuna", "WF", True
    WESTERN_SAHARA = "western_sahara", "Western Sahara", "EH"
    YEMEN = "yemen", "Yemen", "YE"
    ZAMBIA = "zambia", "Zambia", "ZM"
    ZIMBABWE = "zimbabwe", "Zimbabwe", "ZW"
    OTHER = "other", "Outside the United Kingdom"
    """What was sent before the countries had names. Nothing more is known of it."""

    @property
    def in_uk(self) -> bool:
        """True for the four nations."""
        return self.iso_code == "GB"

    @property
    def near(self) -> bool:
        """True for the nations, the Crown dependencies and Ireland."""
        return self.in_uk or self.iso_code in ("GG", "IE", "IM", "JE")
