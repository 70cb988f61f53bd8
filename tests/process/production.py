"""An environment that production takes, with numbers that could be rung."""

TOKEN = "0123456789abcdef0123456789abcdef"
KEY = "8c1f6e02b97d4a35f0c2d8e19b7a4630"
ACCOUNT_SID = "AC" + "1f" * 16
PUBLIC_URL = "https://ivr.example.com"
PRODUCTION = {
    "IVR_ENV": "production",
    "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "IVR_PUBLIC_URL": PUBLIC_URL,
    "IVR_KEY": KEY,
    "IVR_NUMBERS": "+16502531234",
    "IVR_LINE_CUSTOMER_SERVICE": "+16502531235,+16502531236",
    "IVR_LINE_SUPPORT": "+16502531237,+16502531238",
    "IVR_LINE_TAM": "+16502531239",
}
