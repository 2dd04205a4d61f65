package recordview

import (
	"io"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/storage"
)

// Kind is how records of a resource that has commands of its own look.
type Kind struct {
	Resource storage.Resource
	One      string // "order"
	// ByCustomer says that records belong to customers.
	ByCustomer bool
	Columns    []terminal.Column
	// Dated is the title of the column with dates; empty where there is none.
	Dated string
	// Row is a record in a list, Detail the record alone.
	Row    func(export.Fields) []string
	Detail func(w io.Writer, f export.Fields)
}

// In gives the columns of a list with the zone of its dates, which are the store's own.
func (k Kind) In(zone string) []terminal.Column {
	columns := slices.Clone(k.Columns)
	for i, c := range columns {
		if k.Dated != "" && c.Title == k.Dated && zone != "" {
			columns[i].Title = c.Title + " (" + zone + ")"
		}
	}
	return columns
}

// Gist is the gist of a record on one line.
func Gist(t terminal.Terminal, r storage.Resource, f export.Fields) string {
	switch r {
	case storage.Orders:
		word := terminal.OneLine(text(f, "status"))
		return terminal.Join("  ", paintStatus(t)(word, terminal.PadRight(word, 10)),
			t.Strong(terminal.OneLine(text(f, "total")+" "+text(f, "currency"))),
			terminal.OneLine(personOf(f)))
	case storage.Refunds:
		return terminal.OneLine(terminal.Join("  ", text(f, "amount"), text(f, "reason")))
	}
	return terminal.OneLine(terminal.Join("  ", text(f, "name"), text(f, "code"), text(f, "email"), text(f, "sku")))
}

// dated is a date of a record in the store's own time, with how far that is from UTC: WooCommerce gives each date in
// both. What has no date is empty.
func dated(f export.Fields, name string) string {
	local, err := time.Parse(storage.WooTime, text(f, name))
	if err != nil {
		return day(text(f, name))
	}
	world, err := time.Parse(storage.WooTime, text(f, name+"_gmt"))
	if err != nil {
		return day(text(f, name))
	}
	zone := time.FixedZone("", int(local.Sub(world).Seconds()))
	return day(text(f, name)) + " " + terminal.Offset(world.In(zone))
}

// day is a date without seconds, in the store's own time.
func day(date string) string {
	date = strings.Replace(date, "T", " ", 1)
	if len(date) > len("2026-11-23 10:00") {
		date = date[:len("2026-11-23 10:00")]
	}
	return date
}
