package recordview

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/storage"
)

// Orders is how orders look on a terminal.
func Orders(t terminal.Terminal) Kind {
	return Kind{
		Resource: storage.Orders, One: "order", ByCustomer: true, Dated: "DATE",
		Columns: []terminal.Column{
			{Title: "ORDER", Right: true}, {Title: "DATE"}, {Title: "STATUS", Paint: paintStatus(t)},
			{Title: "CUSTOMER", Elastic: true}, {Title: "ITEMS", Right: true}, {Title: "TOTAL", Right: true},
			{Title: "", Paint: faintly(t)},
		},
		Row: func(f export.Fields) []string {
			return []string{
				orderName(f), day(text(f, "date_created")), text(f, "status"), personOf(f), quantities(f),
				text(f, "total"), text(f, "currency"),
			}
		},
		Detail: func(w io.Writer, f export.Fields) { writeOrder(w, t, f) },
	}
}

// orderName is an order's number, with its id where that is another: commands take either.
func orderName(f export.Fields) string {
	number, id := text(f, "number"), text(f, "id")
	if number == "" || number == id {
		return id
	}
	return number + " (id " + id + ")"
}

func writeOrder(w io.Writer, t terminal.Terminal, f export.Fields) {
	fmt.Fprintf(w, "%s  %s\n", t.Strong("Order "+terminal.OneLine(text(f, "number"))), status(t, f))
	terminal.WriteFacts(w, t,
		[2]string{"id", text(f, "id")},
		[2]string{"created", dated(f, "date_created")},
		[2]string{"modified", dated(f, "date_modified")},
		[2]string{"paid", paid(f)},
		[2]string{"payment", terminal.Join(" ", text(f, "payment_method_title"), text(f, "transaction_id"))},
		[2]string{"completed", dated(f, "date_completed")},
		[2]string{"customer", terminal.Join(", ", personName(f, "billing."), text(f, "billing.company"),
			text(f, "billing.email"), text(f, "billing.phone"))},
		[2]string{"bill to", address(f, "billing.")},
		[2]string{"ship to", terminal.Join(", ", personName(f, "shipping."), address(f, "shipping."))},
		[2]string{"note", text(f, "customer_note")},
	)
	currency := text(f, "currency")
	var rows [][]string
	for _, item := range f.Each("line_items") {
		rows = append(rows, []string{text(item, "quantity") + " ×", text(item, "name"), text(item, "sku"),
			text(item, "total")})
	}
	for _, item := range f.Each("shipping_lines") {
		rows = append(rows, []string{"shipping", text(item, "method_title"), "", text(item, "total")})
	}
	for _, item := range f.Each("fee_lines") {
		rows = append(rows, []string{"fee", text(item, "name"), "", text(item, "total")})
	}
	for _, item := range f.Each("tax_lines") {
		rows = append(rows, []string{"tax", text(item, "label"), "",
			sum(text(item, "tax_total"), text(item, "shipping_tax_total"))})
	}
	rows = append(rows, []string{"", "Total", "", text(f, "total") + " " + currency})
	for _, item := range f.Each("coupon_lines") {
		// Its discount is taken off in the amounts of the items already: a column of amounts must add up.
		rows = append(rows, []string{"coupon", text(item, "code") + ": " + text(item, "discount") + " " + currency +
			" off, in the amounts above", "", ""})
	}
	for _, refund := range f.Each("refunds") {
		rows = append(rows, []string{"refund", text(refund, "reason"), "", text(refund, "total") + " " + currency})
	}
	fmt.Fprintln(w)
	terminal.WriteTable(w, t, []terminal.Column{{Title: "", Right: true}, {Title: "ITEM", Elastic: true},
		{Title: "SKU"}, {Title: "AMOUNT"}}, alignAmounts(rows))
	if meta := metaData(f); len(meta) > 0 {
		fmt.Fprintf(w, "\n%s\n", t.Strong("Meta data"))
		terminal.WriteFacts(w, t, meta...)
	}
}

// longestMeta is how much of a value of meta data is shown: plugins keep whole documents there.
const longestMeta = 120

// metaData is what plugins and integrations noted down, such as a tracking number. A key that begins with an underscore
// is hidden in WordPress, too.
func metaData(f export.Fields) (pairs [][2]string) {
	for _, meta := range f.Each("meta_data") {
		key := terminal.OneLine(meta.Text("key"))
		if key == "" || strings.HasPrefix(key, "_") {
			continue
		}
		value := []rune(text(meta, "value"))
		if len(value) > longestMeta {
			value = append(value[:longestMeta], '…')
		}
		pairs = append(pairs, [2]string{key, string(value)})
	}
	return pairs
}

// paid is when an order was paid. A payment method says only how it is meant to be.
func paid(f export.Fields) string {
	if at := dated(f, "date_paid"); at != "" {
		return at
	}
	return "no"
}

// sum adds amounts exactly, with the decimals they have. What is no amount is shown as the store gave it.
func sum(amounts ...string) string {
	total := decimal.Zero
	places := int32(0)
	for _, amount := range amounts {
		if amount == "" {
			continue
		}
		d, err := decimal.NewFromString(amount)
		if err != nil {
			return strings.Join(amounts, " + ")
		}
		total, places = total.Add(d), max(places, -d.Exponent())
	}
	return total.StringFixed(places)
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

// quantities is the number of pieces in an order's lines.
func quantities(f export.Fields) string {
	total := int64(0)
	for _, item := range f.Each("line_items") {
		total += atoi(text(item, "quantity"))
	}
	return terminal.Count(int(total))
}

func atoi(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		// A plugin may sell half pieces; a list of orders need not.
		return 0
	}
	return n
}
