package main

import (
	"strings"

	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/storage"
)

func orderKind(a *app) recordKind {
	return recordKind{
		resource: storage.Orders, one: "order", byCustomer: true,
		columns: []column{
			{title: "ORDER", right: true}, {title: "DATE"}, {title: "STATUS", paint: paintStatus(a.out)},
			{title: "CUSTOMER", elastic: true}, {title: "ITEMS", right: true}, {title: "TOTAL", right: true}, {title: "", paint: faintly(a.out)},
		},
		row: func(f export.Fields) []string {
			return []string{
				orderName(f), day(f.Text("date_created")), f.Text("status"), personOf(f), quantities(f), f.Text("total"), f.Text("currency"),
			}
		},
		detail: printOrder,
	}
}

// orderName is an order's number, with its id where that is another: commands take either.
func orderName(f export.Fields) string {
	number, id := f.Text("number"), f.Text("id")
	if number == "" || number == id {
		return id
	}
	return number + " (id " + id + ")"
}

func productKind(a *app) recordKind {
	return recordKind{
		resource: storage.Products, one: "product",
		columns: []column{
			{title: "ID", right: true}, {title: "SKU"}, {title: "NAME", elastic: true}, {title: "TYPE"},
			{title: "STATUS", paint: paintStatus(a.out)}, {title: "PRICE", right: true}, {title: "STOCK", right: true},
		},
		row: func(f export.Fields) []string {
			return []string{f.Text("id"), f.Text("sku"), f.Text("name"), f.Text("type"), f.Text("status"), f.Text("price"), stock(f)}
		},
		detail: printProduct,
	}
}

func customerKind(*app) recordKind {
	return recordKind{
		resource: storage.Customers, one: "customer",
		columns: []column{
			{title: "ID", right: true}, {title: "NAME", elastic: true}, {title: "E-MAIL", elastic: true}, {title: "CITY", elastic: true},
			{title: "COUNTRY"}, {title: "SINCE"},
		},
		row: func(f export.Fields) []string {
			name := personName(f, "")
			if name == "" {
				name = personOf(f)
			}
			return []string{f.Text("id"), name, f.Text("email"), f.Text("billing.city"), f.Text("billing.country"), day(f.Text("date_created"))}
		},
		detail: printCustomer,
	}
}

// day is a date without seconds, in the store's own time.
func day(date string) string {
	date = strings.Replace(date, "T", " ", 1)
	if len(date) > len("2026-11-23 10:00") {
		date = date[:len("2026-11-23 10:00")]
	}
	return date
}

func personName(f export.Fields, prefix string) string {
	return strings.TrimSpace(f.Text(prefix+"first_name") + " " + f.Text(prefix+"last_name"))
}

// personOf is who an order is for: a name, else a company, else an e-mail.
func personOf(f export.Fields) string {
	for _, name := range []string{personName(f, "billing."), f.Text("billing.company"), f.Text("billing.email")} {
		if name != "" {
			return name
		}
	}
	return ""
}

// quantities is the number of pieces in an order's lines.
func quantities(f export.Fields) string {
	total := int64(0)
	for _, item := range f.Each("line_items") {
		total += atoi(item.Text("quantity"))
	}
	return count(int(total))
}

func stock(f export.Fields) string {
	if f.Text("manage_stock") == "true" {
		return f.Text("stock_quantity")
	}
	return f.Text("stock_status")
}

// paintStatus colours the statuses everybody knows; others stay plain.
func paintStatus(t terminal) func(string, string) string {
	return func(value, laidOut string) string {
		switch value {
		case "completed", "publish":
			return t.good(laidOut)
		case "processing":
			return t.accent(laidOut)
		case "pending", "on-hold", "draft", "private":
			return t.warn(laidOut)
		case "failed", "cancelled", "refunded", "trash":
			return t.bad(laidOut)
		}
		return laidOut
	}
}

func faintly(t terminal) func(string, string) string {
	return func(_, laidOut string) string { return t.faint(laidOut) }
}
