package settings

import (
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// choicesOf are the choices of a setting that depend on the store.
func (s *Store) choicesOf(name string) *rest.Object {
	switch name {
	case "countries":
		return s.countryChoices()
	case "countries and states":
		return s.stateChoices()
	case "currencies":
		return currencyChoices()
	case "pages":
		return s.pageChoices()
	case "tax classes":
		return s.taxClassChoices()
	case "order statuses":
		return s.statusChoices()
	case "shipping methods":
		return s.shipping.ShippingMethodChoices()
	}
	panic("shop: no choices are called " + name) // the names stand in embedded tables, and are tested
}

func (s *Store) countryChoices() *rest.Object {
	choices := &rest.Object{}
	for _, country := range s.Countries() {
		choices.Set(country.Code, country.Name)
	}
	return choices
}

// stateChoices lists a country's states in place of the country, if WooCommerce knows any.
func (s *Store) stateChoices() *rest.Object {
	choices := &rest.Object{}
	for _, country := range s.Countries() {
		if len(country.States) == 0 {
			choices.Set(country.Code, country.Name)
		}
		for _, state := range country.States {
			choices.Set(country.Code+":"+state.Code, country.Name+" - "+state.Name)
		}
	}
	return choices
}

func currencyChoices() *rest.Object {
	choices := &rest.Object{}
	for _, currency := range core.Currencies {
		choices.Set(currency.Code, currency.Name+" ("+currency.Symbol+") — "+currency.Code)
	}
	return choices
}

func (s *Store) pageChoices() *rest.Object {
	choices := &rest.Object{}
	for _, page := range s.Pages {
		if page.Status == "publish" {
			choices.Set(core.Itoa(page.ID), page.Title)
		}
	}
	return choices
}

func (s *Store) taxClassChoices() *rest.Object {
	choices := rest.NewObject("inherit", "Shipping tax class based on cart items", "", "Standard")
	for _, class := range s.taxes.TaxClasses() {
		choices.Set(class.Slug, class.Name)
	}
	return choices
}

func (s *Store) statusChoices() *rest.Object {
	choices := &rest.Object{}
	for _, status := range s.orders.Statuses {
		choices.Set(status.Slug, status.Name)
	}
	return choices
}
