"""Does the mail relay take our log-in and our sender? Nothing is sent."""

from email.utils import parseaddr

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPNotSupported, SMTPResponseException

from app.integrations.mailer import SmtpSecurity, open_mailer
from app.integrations.mailer.smtp import SmtpMailer
from app.settings import Settings

_SECONDS = 5.0


async def check_relay(settings: Settings) -> list[str]:
    """Connect, start TLS, log in and name the sender, then take it back."""
    smtp, mailer = settings.smtp, open_mailer(settings)
    if not isinstance(mailer, SmtpMailer):
        return []
    where = f"The mail relay {smtp.host}:{smtp.port}"
    tls = mailer.security is SmtpSecurity.TLS
    try:
        async with SMTP(hostname=smtp.host, port=smtp.port, timeout=_SECONDS, use_tls=tls, start_tls=False) as relay:
            await relay.ehlo()
            if mailer.security is SmtpSecurity.STARTTLS:
                if not relay.supports_extension("starttls"):
                    return [f"{where} offers no STARTTLS: check SMTP__PORT and SMTP__START_TLS."]
                await relay.starttls()
            if smtp.username is not None and smtp.password is not None:
                await relay.login(smtp.username, smtp.password.get_secret_value())
            await relay.mail(parseaddr(settings.mail_from)[1])
            await relay.rset()
    except SMTPAuthenticationError as error:
        return [f"{where} refuses the log-in ({error.code}): check SMTP__USERNAME and SMTP__PASSWORD."]
    except SMTPNotSupported:
        return [f"{where} takes no log-in here: check SMTP__PORT, SMTP__START_TLS and SMTP__USERNAME."]
    except SMTPResponseException as error:
        return [f"{where} answered {error.code} to the sender: check MAIL_FROM and what the relay lets us send."]
    except (SMTPException, OSError) as error:
        return [f"{where} cannot be reached: {_why(error)} Check SMTP__HOST, SMTP__PORT and the firewall."]
    return []


def _why(error: Exception) -> str:
    return f"{str(error).strip().rstrip('.') or type(error).__name__}."
