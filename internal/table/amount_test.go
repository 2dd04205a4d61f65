package table_test

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/table"
)

func TestAmountsAreReadAsTheyAreWrittenAndNeverGuessed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cell    string
		decimal table.Decimal
		want    string
		fails   string
	}{
		{cell: "12.50", want: "12.50"},
		{cell: "9,50", want: "9.50"},
		{cell: "1.234,56", want: "1234.56"},
		{cell: "1,234.56", want: "1234.56"},
		{cell: "1.234.567,8", want: "1234567.8"},
		{cell: "1.234.567", want: "1234567"},
		{cell: "1'234.50", want: "1234.50"},
		{cell: "1\u202f234,50", want: "1234.50"},
		{cell: "1 234 567", want: "1234567"},
		{cell: "-12,00", want: "-12.00"},
		{cell: "\u221212,00", want: "-12.00"},
		{cell: ",5", want: "0.5"},
		{cell: "0.125", want: "0.125"},
		{cell: "1234.567", want: "1234.567"},
		{cell: "12", want: "12"},
		{cell: "1.234", fails: `"1.234" can be read as 1.234 or as 1234`},
		{cell: "1,234", fails: `"1,234" can be read as 1.234 or as 1234`},
		{cell: "-1,234", fails: "--decimal comma"},
		{cell: "1.234", decimal: table.Point, want: "1.234"},
		{cell: "1.234", decimal: table.Comma, want: "1234"},
		{cell: "1,234", decimal: table.Comma, want: "1.234"},
		{cell: "1,234", decimal: table.Point, want: "1234"},
		{cell: "12.50", decimal: table.Comma, fails: "no amount with a decimal comma"},
		{cell: "1.234,56", decimal: table.Point, fails: "no amount with a decimal point"},
		{cell: "1.234.567", decimal: table.Point, fails: "two decimal points"},
		{cell: "1,234.567,8", fails: "no amount"},
		{cell: "12.34.56", fails: "no amount"},
		{cell: "12 34", fails: "no amount"},
		{cell: "EUR 12,50", want: "EUR 12,50"}, // left to who knows the field
		{cell: "12,", want: "12,"},
	} {
		got, err := table.Amount(test.cell, test.decimal)
		if test.fails != "" {
			if err == nil || !strings.Contains(err.Error(), test.fails) {
				t.Errorf("%q %s: %q, %v; want an error about %q", test.cell, test.decimal, got, err, test.fails)
			}
		} else if err != nil || got != test.want {
			t.Errorf("%q %s: %q, %v; want %q", test.cell, test.decimal, got, err, test.want)
		}
	}
	for amount, want := range map[string]string{"3.00": "3", "3.5": "3.5", "007": "7", "0": "0", "000": "0",
		"-3.0": "-3"} {
		if got := table.Whole(amount); got != want {
			t.Errorf("Whole(%s) = %s, want %s", amount, got, want)
		}
	}
}

func TestDatesAreReadAsSpreadsheetsWriteThemAndNeverGuessed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cell  string
		order table.Dates
		want  string
		fails string
	}{
		{cell: "2026-12-31", want: "2026-12-31"},
		{cell: "2026-12-31T10:00:00Z", want: "2026-12-31T10:00:00Z"},
		{cell: "2026-12-31 10:00", want: "2026-12-31T10:00:00"},
		{cell: "2026/1/2", want: "2026-01-02"},
		{cell: "2026-12-31T10:00:00+0100", want: "2026-12-31T10:00:00+01:00"},
		{cell: "20261231", want: "2026-12-31"},
		{cell: "31.12.2026", want: "2026-12-31"},
		{cell: "3.4.2026 09:05", want: "2026-04-03T09:05:00"},
		{cell: "12/31/2026", want: "2026-12-31"},
		{cell: "12/31/2026 3:05 PM", want: "2026-12-31T15:05:00"},
		{cell: "12/31/2026 12:05 a.m.", want: "2026-12-31T00:05:00"},
		{cell: "31/12/2026", want: "2026-12-31"},
		{cell: "4/4/2026", want: "2026-04-04"},
		{cell: "03/04/2026", fails: "2026-03-04 or as 2026-04-03"},
		{cell: "03/04/2026", order: table.DayFirst, want: "2026-04-03"},
		{cell: "03/04/2026", order: table.MonthFirst, want: "2026-03-04"},
		{cell: "31/12/2026", order: table.MonthFirst, fails: "no day of the calendar"},
		{cell: "31/12/2026", order: table.Excel1904, want: "2026-12-31"},
		{cell: "31.12.26", fails: "two digits"},
		{cell: "31.02.2026", fails: "no day of the calendar"},
		{cell: "31.12.2026 25:00", fails: "no time of the day"},
		{cell: "46387", want: "2026-12-31"},
		{cell: "46387.75", want: "2026-12-31T18:00:00"},
		{cell: "46387,5", want: "2026-12-31T12:00:00"},
		{cell: "44925", order: table.Excel1904, want: "2026-12-31"},
		{cell: "tomorrow", want: "tomorrow"}, // left to who knows the field
		{cell: "1798675200", want: "1798675200"},
	} {
		got, err := table.Date(test.cell, test.order)
		if test.fails != "" {
			if err == nil || !strings.Contains(err.Error(), test.fails) {
				t.Errorf("%q %s: %q, %v; want an error about %q", test.cell, test.order, got, err, test.fails)
			}
		} else if err != nil || got != test.want {
			t.Errorf("%q %s: %q, %v; want %q", test.cell, test.order, got, err, test.want)
		}
	}
}

func TestACellThatASpreadsheetWouldRunComesBackUnchanged(t *testing.T) {
	t.Parallel()
	for cell, shown := range map[string]string{
		`=HYPERLINK("x")`: `'=HYPERLINK("x")`, "+49 171": "'+49 171", "-5% off": "'-5% off", "@SUM(1)": "'@SUM(1)",
		"\tx": "'\tx", "-1.00": "-1.00", "-1,50": "-1,50", "'=1": "''=1", "''-a": "'''-a", "'t Hart": "'t Hart",
		"-": "'-", "": "", "a=b": "a=b", "'-5": "''-5", "\nx": "'\nx",
	} {
		if got := table.Shield(cell); got != shown {
			t.Errorf("Shield(%q) = %q, want %q", cell, got, shown)
		}
		if back := table.Unshield(shown); back != cell {
			t.Errorf("Unshield(%q) = %q, want %q", shown, back, cell)
		}
	}
}
