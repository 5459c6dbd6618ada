from django import forms

from .models import Order
from .tasks import LONGEST


class OrderForm(forms.ModelForm):
    seconds = forms.FloatField(required=False, min_value=0, max_value=LONGEST)

    class Meta:
        model = Order
        fields = Order.GIVEN
        widgets = {"key": forms.HiddenInput}

    def validate_unique(self):
        """Left to the database, which alone can say it without a race; see placing.place."""

    def given(self):
        return {name: self.cleaned_data[name] for name in Order.GIVEN}
