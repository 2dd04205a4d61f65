package woo

import (
	"context"
	"encoding/json"
	"iter"
)

// TaxRates is the service for the tax rates of the store.
type TaxRates struct{ resource[TaxRate] }

// TaxRates gives access to tax rates. It sends no request.
func (c *Client) TaxRates() TaxRates { return TaxRates{resourceAt[TaxRate](c, RouteTaxRates, 0)} }

// List reads one page of tax rates. Next to an error with KindStrayOutput the page is returned too.
func (t TaxRates) List(ctx context.Context, opts TaxRateOptions) (*Page[TaxRate], error) {
	return t.list(ctx, opts)
}

// Pages reads page after page of tax rates, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (t TaxRates) Pages(ctx context.Context, opts TaxRateOptions) iter.Seq2[*Page[TaxRate], error] {
	return t.pages(ctx, opts)
}

// All reads all tax rates that opts selects, page after page. The first error ends the walk.
func (t TaxRates) All(ctx context.Context, opts TaxRateOptions) iter.Seq2[TaxRate, error] {
	return t.all(ctx, opts)
}

// Count asks how many tax rates opts selects, with one request for one id. The error is ErrNoTotal when the store gives
// no number.
func (t TaxRates) Count(ctx context.Context, opts TaxRateOptions) (int, error) {
	return t.count(ctx, opts)
}

// Get reads one tax rate.
func (t TaxRates) Get(ctx context.Context, id int64) (*TaxRate, error) { return t.get(ctx, itoa(id)) }

// Create makes a tax rate of the fields that are set, and returns it as the store made it. The request is never
// repeated.
func (t TaxRates) Create(ctx context.Context, rate TaxRate) (*TaxRate, error) {
	return t.create(ctx, rate)
}

// Update sends the fields of change that are set. For a tax rate that was read use Change: the whole tax rate sent back
// would overwrite what others changed meanwhile.
func (t TaxRates) Update(ctx context.Context, id int64, change TaxRate) (*TaxRate, error) {
	return t.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the tax rate as it was read. When edit changes nothing,
// nothing is sent and from is returned.
func (t TaxRates) Change(ctx context.Context, id int64, from *TaxRate, edit func(*TaxRate)) (*TaxRate, error) {
	return t.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (t TaxRates) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*TaxRate, error) {
	return t.updateRaw(ctx, itoa(id), body)
}

// Delete removes the tax rate for good and returns it as it was.
func (t TaxRates) Delete(ctx context.Context, id int64) (*TaxRate, error) {
	return t.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of tax rates in one request. The error is about the request as a whole. The
// BatchItem of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have
// been executed: look at each tax rate.
func (t TaxRates) Batch(ctx context.Context, batch Batch[TaxRate]) (*BatchResult[TaxRate], error) {
	return t.batch(ctx, batch)
}

// TaxRateOptions selects tax rates.
type TaxRateOptions struct {
	ListOptions
	Class string `query:"class"`
}

// TaxRate is one tax rate.
type TaxRate struct {
	Record
	ID        int64    `json:"id"`
	Country   string   `json:"country"`
	State     string   `json:"state"`
	Postcode  string   `json:"postcode"` // the last one; use Postcodes
	City      string   `json:"city"`     // the last one; use Cities
	Postcodes []string `json:"postcodes"`
	Cities    []string `json:"cities"`
	Rate      Money    `json:"rate"` // percent, four decimals
	Name      string   `json:"name"`
	Priority  int64    `json:"priority"`
	Compound  bool     `json:"compound"`
	Shipping  bool     `json:"shipping"`
	Order     int64    `json:"order"`
	Class     string   `json:"class"`
}

func (t *TaxRate) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t TaxRate) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }

// TaxClasses is the tax classes of the store, addressed by slug. The list has no pages; a class cannot be changed.
type TaxClasses struct{ resource[TaxClass] }

// TaxClasses gives access to tax classes. It sends no request.
func (c *Client) TaxClasses() TaxClasses {
	return TaxClasses{resourceAt[TaxClass](c, RouteTaxClasses, 0)}
}

// List reads all tax classes; the list has no pages.
func (t TaxClasses) List(ctx context.Context) ([]TaxClass, error) { return t.whole(ctx) }

// Create makes a tax class of the fields that are set, and returns it as the store made it. The request is never
// repeated.
func (t TaxClasses) Create(ctx context.Context, class TaxClass) (*TaxClass, error) {
	return t.create(ctx, class)
}

// Delete removes the tax class for good and returns it as it was.
func (t TaxClasses) Delete(ctx context.Context, slug string) (*TaxClass, error) {
	return t.remove(ctx, slug, true)
}

// TaxClass groups tax rates.
type TaxClass struct {
	Record
	Slug string `json:"slug"`
	Name string `json:"name"`
}

func (t *TaxClass) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t TaxClass) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }
