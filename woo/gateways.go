package woo

import (
	"context"
	"encoding/json"
)

// PaymentGateways is the service for the store's ways of paying. Their ids are texts such as "bacs". Gateways can be
// changed, but neither made nor deleted.
type PaymentGateways struct{ resource[PaymentGateway] }

// PaymentGateways gives access to payment gateways. It sends no request.
func (c *Client) PaymentGateways() PaymentGateways {
	return PaymentGateways{resourceAt[PaymentGateway](c, RoutePaymentGateways, 0)}
}

// List reads all gateways; the list has no pages.
func (g PaymentGateways) List(ctx context.Context) ([]PaymentGateway, error) { return g.whole(ctx) }

// Get reads one gateway.
func (g PaymentGateways) Get(ctx context.Context, id string) (*PaymentGateway, error) {
	return g.get(ctx, id)
}

// Update sends the fields of change that are set. For a gateway that was read use Change: the whole gateway sent back
// would overwrite what others changed meanwhile.
func (g PaymentGateways) Update(ctx context.Context, id string, change PaymentGateway) (*PaymentGateway, error) {
	return g.update(ctx, id, change)
}

// Change sends only what edit changes in a copy of from, the gateway as it was read. When edit changes nothing, nothing
// is sent and from is returned.
func (g PaymentGateways) Change(
	ctx context.Context, id string, from *PaymentGateway, edit func(*PaymentGateway),
) (*PaymentGateway, error) {
	return g.change(ctx, id, from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (g PaymentGateways) UpdateRaw(ctx context.Context, id string, body json.RawMessage) (*PaymentGateway, error) {
	return g.updateRaw(ctx, id, body)
}

// UpdateSettings changes settings of a gateway, by their ids.
func (g PaymentGateways) UpdateSettings(
	ctx context.Context, gateway string, settings map[string]string,
) (*PaymentGateway, error) {
	return g.updateRaw(ctx, gateway, settingsBody(settings))
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
