"""The forms of signing in and of one's own account."""

from wtforms import HiddenField, PasswordField
from wtforms.validators import ValidationError

from portal.fields import IdentifierField
from portal.forms import BaseForm, Filled


class SignInForm(BaseForm):
    """E-mail address and password; the address stays filled in when it goes wrong."""

    email = IdentifierField("E-mailadres", [Filled("Vul uw e-mailadres in.")])
    password = PasswordField("Wachtwoord", [Filled("Vul uw wachtwoord in.")])
    volgende = HiddenField()


class CodeForm(BaseForm):
    """The six digits of the authenticator app."""

    code = IdentifierField("Code", [Filled("Vul de code van 6 cijfers in.")])


class PasswordForm(BaseForm):
    """A new password, with the old one as proof."""

    current = PasswordField("Uw wachtwoord nu", [Filled("Vul uw wachtwoord van nu in.")])
    new = PasswordField("Nieuw wachtwoord", [Filled("Vul het nieuwe wachtwoord in.")])

    def validate_new(self, field: PasswordField) -> None:
        """A new password has at least twelve signs (NCSC: long beats complicated)."""
        if len(field.data or "") < 12:
            raise ValidationError("Het nieuwe wachtwoord moet ten minste 12 tekens hebben.")
