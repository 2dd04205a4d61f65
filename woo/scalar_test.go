package woo

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

func money(t *testing.T, raw string) Money {
	t.Helper()
	var m Money
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMoneyKeepsTheStoresText(t *testing.T) {
	t.Parallel()
	for raw, text := range map[string]string{
		`"10.00"`: "10.00", `"10"`: "10", `10`: "10", `10.50`: "10.50", `-0.5`: "-0.5", `"-1.250000"`: "-1.250000",
		`""`: "", `null`: "",
		`"1e3"`: "1e3", `1E3`: "1E3", `"12,50"`: "12,50", `"1\u0030"`: "10",
	} {
		m := money(t, raw)
		out, err := json.Marshal(m)
		if err != nil || string(out) != raw || m.String() != text {
			t.Errorf("%s became %s and reads %q, %v", raw, out, m.String(), err)
		}
	}
	for _, raw := range []string{`true`, `{}`, `[1]`} {
		if err := json.Unmarshal([]byte(raw), new(Money)); err == nil {
			t.Errorf("accepted %s", raw)
		}
	}
}

func TestEmptyNullAndMissingAmountsStayApart(t *testing.T) {
	t.Parallel()
	empty, null, missing := money(t, `""`), money(t, `null`), Money{}
	if !empty.IsEmpty() || empty.IsNull() || !empty.IsSet() || !null.IsNull() || null.IsEmpty() || !null.IsSet() ||
		missing.IsSet() || empty == null || null == missing {
		t.Error("empty, null and missing are confused")
	}
	for _, m := range []Money{empty, null, missing} {
		if _, err := m.Decimal(); !errors.Is(err, ErrNoNumber) {
			t.Errorf("%q: %v", m.token, err)
		}
	}
	if _, err := money(t, `"ten"`).Decimal(); err == nil || errors.Is(err, ErrNoNumber) {
		t.Errorf("text is a number: %v", err)
	}
}

func TestAmountsAreEqualByValueAndExact(t *testing.T) {
	t.Parallel()
	if !money(t, `"10.00"`).Equal(money(t, `10`)) || money(t, `"10.00"`) == money(t, `10`) ||
		money(t, `""`).Equal(money(t, `null`)) || money(t, `"10"`).Equal(money(t, `""`)) {
		t.Error("equality is wrong")
	}
	rapid.Check(t, func(t *rapid.T) {
		a := decimal.New(rapid.Int64().Draw(t, "digits"), rapid.Int32Range(-12, 6).Draw(t, "exponent"))
		m := MoneyOf(a)
		out, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var again Money
		if err := json.Unmarshal(out, &again); err != nil {
			t.Fatal(err)
		}
		b, err := again.Decimal()
		if err != nil || !a.Equal(b) || again != m {
			t.Fatalf("%s became %s, %v", a, b, err)
		}
	})
}

func TestQuantitiesMayHaveDecimalsAndComeAsText(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int64{`2`: 2, `"2"`: 2, `2.0`: 2, `1.5`: 1, `-3`: -3, `""`: 0, `null`: 0} {
		var n Number
		if err := json.Unmarshal([]byte(raw), &n); err != nil || n.Int64() != want {
			t.Errorf("%s is %d, %v", raw, n.Int64(), err)
		}
		if out, _ := json.Marshal(n); string(out) != raw {
			t.Errorf("%s became %s", raw, out)
		}
	}
	if d, err := NumberOf(decimal.RequireFromString("1.50")).Decimal(); err != nil || d.String() != "1.5" {
		t.Errorf("decimal = %v, %v", d, err)
	}
	if !NewNumber(2).Equal(Number{scalar{`"2.0"`}}) {
		t.Error("2 and 2.0 differ")
	}
}

func TestLocalAndGMTTimesAreReadOnTheirOwnClocks(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zone data on this machine")
	}
	var o Order
	raw := `{"date_created":"2026-07-01T12:00:00","date_created_gmt":"2026-07-01T10:00:00","date_paid":null,"date_completed":""}`
	if err := json.Unmarshal([]byte(raw), &o); err != nil {
		t.Fatal(err)
	}
	local, okLocal := o.DateCreated.In(berlin)
	gmt, okGMT := o.DateCreatedGMT.Time()
	if !okLocal || !okGMT || !local.Equal(gmt) || gmt.Location() != time.UTC {
		t.Errorf("local %v, gmt %v", local, gmt)
	}
	if _, ok := o.DatePaid.In(berlin); ok || !o.DatePaid.IsNull() || !o.DateCompleted.IsEmpty() ||
		o.DateModified.IsSet() {
		t.Error("null, empty and missing dates are confused")
	}
	for text, want := range map[string]string{
		"2026-07-01 10:00:00": "2026-07-01T10:00:00Z", "2026-07-01T10:00:00Z": "2026-07-01T10:00:00Z",
		"2026-07-01T12:00:00+02:00": "2026-07-01T10:00:00Z",
	} {
		if got, ok := (GMTTime{scalar{jsonvalue.Quote(text)}}).Time(); !ok || got.Format(time.RFC3339) != want {
			t.Errorf("%s is %v", text, got)
		}
	}
	if _, ok := (GMTTime{scalar{`"soon"`}}).Time(); ok {
		t.Error("read a date out of a word")
	}
	moment := time.Date(2026, 7, 1, 12, 0, 0, 0, berlin)
	if NewLocalTime(moment).String() != "2026-07-01T12:00:00" || NewGMTTime(moment).String() != "2026-07-01T10:00:00" {
		t.Error("a moment is written on the wrong clock")
	}
}
