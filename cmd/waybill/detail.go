package main

import (
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/storage"
)

// facts prints pairs of a word and a value, leaving out empty ones.
func (a *app) facts(pairs ...[2]string) {
	width := 0
	for _, p := range pairs {
		if p[1] != "" {
			width = max(width, len(p[0]))
		}
	}
	for _, p := range pairs {
		if p[1] != "" {
			a.say("  %s  %s", a.out.faint(padRight(p[0], width)), oneLine(p[1]))
		}
	}
}

func printOrder(a *app, record storage.Record, f export.Fields) {
	a.say("%s  %s", a.out.strong("Order "+f.Text("number")), paintStatus(a.out)(f.Text("status"), f.Text("status")))
	a.facts(
		[2]string{"id", f.Text("id")},
		[2]string{"created", day(f.Text("date_created"))},
		[2]string{"modified", day(f.Text("date_modified"))},
		[2]string{"paid", join(" ", day(f.Text("date_paid")), f.Text("payment_method_title"), f.Text("transaction_id"))},
		[2]string{"completed", day(f.Text("date_completed"))},
		[2]string{"customer", join(", ", personName(f, "billing."), f.Text("billing.company"), f.Text("billing.email"), f.Text("billing.phone"))},
		[2]string{"bill to", address(f, "billing.")},
		[2]string{"ship to", join(", ", personName(f, "shipping."), address(f, "shipping."))},
		[2]string{"note", f.Text("customer_note")},
	)
	currency := f.Text("currency")
	var rows [][]string
	for _, item := range f.Each("line_items") {
		rows = append(rows, []string{item.Text("quantity") + " ×", item.Text("name"), item.Text("sku"), item.Text("total")})
	}
	for _, line := range []struct{ list, word, amount string }{
		{"shipping_lines", "method_title", "total"}, {"fee_lines", "name", "total"}, {"coupon_lines", "code", "discount"}, {"tax_lines", "label", "tax_total"},
	} {
		for _, item := range f.Each(line.list) {
			what := strings.TrimSuffix(line.list, "_lines")
			rows = append(rows, []string{what, item.Text(line.word), "", item.Text(line.amount)})
		}
	}
	rows = append(rows, []string{"", "Total", "", f.Text("total") + " " + currency})
	for _, refund := range f.Each("refunds") {
		rows = append(rows, []string{"refund", refund.Text("reason"), "", refund.Text("total") + " " + currency})
	}
	a.say("")
	a.table([]column{{title: "", right: true}, {title: "ITEM", elastic: true}, {title: "SKU"}, {title: "AMOUNT"}}, alignAmounts(rows))
	printSeen(a, record)
}

// alignAmounts puts amounts under each other by their end, whether or not a currency follows.
func alignAmounts(rows [][]string) [][]string {
	width := 0
	for _, row := range rows {
		amount, _, _ := strings.Cut(row[3], " ")
		width = max(width, len(amount))
	}
	for _, row := range rows {
		amount, rest, _ := strings.Cut(row[3], " ")
		row[3] = strings.TrimRight(strings.Repeat(" ", width-len(amount))+amount+" "+rest, " ")
	}
	return rows
}

func printProduct(a *app, record storage.Record, f export.Fields) {
	a.say("%s  %s", a.out.strong(oneLine(f.Text("name"))), paintStatus(a.out)(f.Text("status"), f.Text("status")))
	var categories []string
	for _, c := range f.Each("categories") {
		categories = append(categories, c.Text("name"))
	}
	a.facts(
		[2]string{"id", f.Text("id")}, [2]string{"SKU", f.Text("sku")}, [2]string{"type", f.Text("type")},
		[2]string{"price", f.Text("price")}, [2]string{"regular price", f.Text("regular_price")}, [2]string{"sale price", f.Text("sale_price")},
		[2]string{"stock", stock(f)}, [2]string{"categories", strings.Join(categories, ", ")},
		[2]string{"address", f.Text("permalink")},
		[2]string{"created", day(f.Text("date_created"))}, [2]string{"modified", day(f.Text("date_modified"))},
	)
	printSeen(a, record)
}

func printCustomer(a *app, record storage.Record, f export.Fields) {
	a.say("%s", a.out.strong(join(" ", personName(f, ""), "<"+f.Text("email")+">")))
	a.facts(
		[2]string{"id", f.Text("id")}, [2]string{"user name", f.Text("username")}, [2]string{"role", f.Text("role")},
		[2]string{"phone", f.Text("billing.phone")}, [2]string{"bill to", join(", ", personName(f, "billing."), address(f, "billing."))},
		[2]string{"ship to", join(", ", personName(f, "shipping."), address(f, "shipping."))},
		[2]string{"since", day(f.Text("date_created"))}, [2]string{"modified", day(f.Text("date_modified"))},
	)
	printSeen(a, record)
}

func printSeen(a *app, record storage.Record) {
	a.note("%s", a.err.faint("As last read from the store at "+record.SeenAt.Local().Format("2006-01-02 15:04:05")+". All fields: --json"))
}

func address(f export.Fields, prefix string) string {
	return join(", ", f.Text(prefix+"address_1"), f.Text(prefix+"address_2"),
		join(" ", f.Text(prefix+"postcode"), f.Text(prefix+"city")), f.Text(prefix+"state"), f.Text(prefix+"country"))
}

// join puts the parts that are not empty together.
func join(separator string, parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}

func atoi(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		// A plugin may sell half pieces; a list of orders need not.
		return 0
	}
	return n
}
