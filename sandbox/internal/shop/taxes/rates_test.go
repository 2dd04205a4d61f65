package taxes

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// room is the room alone, above nothing but its ground.
func room(t *testing.T) *Store {
	t.Helper()
	return New(core.New(core.Config{Clock: func() time.Time { return time.Time{} }},
		func(capability.Version) core.Options {
			return core.Options{"woocommerce_price_num_decimals": "2"}
		}))
}

func TestTheMostSpecificRateOfEachPriorityApplies(t *testing.T) {
	t.Parallel()
	s := room(t)
	for _, rate := range []TaxRate{
		{Rate: "1", Name: "everywhere", Priority: 1},
		{Rate: "2", Name: "US", Country: "US", Priority: 1},
		{Rate: "3", Name: "CA", Country: "US", State: "CA", Priority: 1},
		{Rate: "4", Name: "94*", Country: "US", State: "CA", Postcodes: []string{"94*"}, Priority: 1},
		{Rate: "5", Name: "city", Country: "US", State: "CA", Cities: []string{"LOS ANGELES"}, Priority: 2},
		{Rate: "6", Name: "range", Country: "DE", Postcodes: []string{"10115...10119"}, Priority: 1},
		{Rate: "7", Name: "reduced", Country: "DE", Class: "reduced-rate", Priority: 1},
	} {
		s.AddTaxRate(rate)
	}
	for _, c := range []struct {
		at    core.Location
		class string
		want  string
	}{
		{core.Location{Country: "US", State: "NY"}, "", "US"},
		{core.Location{Country: "us", State: "ca", Postcode: "90001"}, "", "CA"},
		{core.Location{Country: "US", State: "CA", Postcode: "94 103"}, "", "94*"},
		{core.Location{Country: "US", State: "CA", Postcode: "90001", City: "Los Angeles"}, "", "CA city"},
		{core.Location{Country: "DE", Postcode: "10117"}, "", "range"},
		{core.Location{Country: "DE", Postcode: "10120"}, "", "everywhere"},
		{core.Location{Country: "DE", Postcode: "10117"}, "reduced-rate", "reduced"},
		{core.Location{}, "", ""},
	} {
		var names []string
		for _, rate := range s.RatesAt(c.at, c.class) {
			names = append(names, rate.Name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("at %+v goods of class %q are taxed by %q, want %q", c.at, c.class, got, c.want)
		}
	}
}

func TestCompoundRatesTakeTheirShareOfTheOthers(t *testing.T) {
	t.Parallel()
	s := room(t)
	rates := []*TaxRate{{ID: 1, Rate: "10"}, {ID: 2, Rate: "5"}, {ID: 3, Rate: "20", Compound: true}}
	for _, c := range []struct {
		price    float64
		included bool
		want     string
		sum      float64
	}{
		{100, false, "10 5 23", 38},
		{138, true, "10 5 23", 38},
		{0, false, "0 0 0", 0},
	} {
		taxes := s.CalcTax(c.price, rates, c.included)
		got := fmt.Sprint(taxes[0].Amount, taxes[1].Amount, taxes[2].Amount)
		if got != c.want || SumTaxes(taxes) != c.sum {
			t.Errorf("%v (included: %v) is taxed by %s, together %v; want %s, %v",
				c.price, c.included, got, SumTaxes(taxes), c.want, c.sum)
		}
	}
}

func TestAClassThatGoesTakesItsRatesAlong(t *testing.T) {
	t.Parallel()
	s := room(t)
	s.AddTaxRate(TaxRate{Rate: "7", Class: "reduced-rate"})
	s.AddTaxRate(TaxRate{Rate: "19"})
	for _, class := range s.TaxClasses() {
		if class.Slug == "reduced-rate" {
			s.deleteTaxClass(class)
		}
	}
	if s.TaxRates.Len() != 1 || s.KnowsTaxClass("reduced-rate") {
		t.Errorf("%d rates are left, and the class is known: %v", s.TaxRates.Len(), s.KnowsTaxClass("reduced-rate"))
	}
}
