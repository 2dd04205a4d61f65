package woo

import "context"

// PaymentGateways is the ways of paying, by id such as "bacs". They cannot be made or deleted.
type PaymentGateways struct {
	Reading[PaymentGateway, string]
	Updating[PaymentGateway, string]
}

// PaymentGateways gives access to payment gateways.
func (c *Client) PaymentGateways() PaymentGateways {
	e := endpoint{c, "payment_gateways"}
	return PaymentGateways{Reading[PaymentGateway, string]{e}, Updating[PaymentGateway, string]{e}}
}

// List reads all gateways.
func (g PaymentGateways) List(ctx context.Context) ([]PaymentGateway, error) {
	items, _, err := list[PaymentGateway](ctx, g.Reading.client, Request{Path: g.Reading.path})
	return items, err
}

// UpdateSettings changes settings of a gateway, by their ids.
func (g PaymentGateways) UpdateSettings(ctx context.Context, gateway string, settings map[string]string) (*PaymentGateway, error) {
	return g.UpdateRaw(ctx, gateway, settingsBody(settings))
}

// PaymentGateway is one way of paying. To change settings use PaymentGateways.UpdateSettings.
type PaymentGateway struct {
	Record
	ID                string             `json:"id"`
	Title             string             `json:"title"`
	Description       string             `json:"description"`
	Order             Number             `json:"order"` // "" until somebody sorted the gateways
	Enabled           bool               `json:"enabled"`
	MethodTitle       string             `json:"method_title"`
	MethodDescription string             `json:"method_description"`
	MethodSupports    []string           `json:"method_supports"`
	Settings          map[string]Setting `json:"settings"`
	NeedsSetup        bool               `json:"needs_setup"`
	SettingsURL       string             `json:"settings_url"`
}

func (g *PaymentGateway) UnmarshalJSON(b []byte) error { return readRecord(b, g) }
func (g PaymentGateway) MarshalJSON() ([]byte, error)  { return writeRecord(&g) }
