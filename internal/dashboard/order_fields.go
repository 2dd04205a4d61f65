package dashboard

import (
	"html"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/internal/export"
)

// linesOf are the lines of an order, as the shop shows them.
func linesOf(f export.Fields) []orderLine {
	var lines []orderLine
	for _, item := range f.Each("line_items") {
		lines = append(lines, orderLine{Name: item.Text("name"), SKU: item.Text("sku"), Pieces: item.Text("quantity"),
			Amount: item.Text("total")})
	}
	for _, part := range []struct{ list, what, name, amount string }{
		{"shipping_lines", "Shipping", "method_title", "total"}, {"fee_lines", "Fee", "name", "total"},
		{"tax_lines", "Tax", "label", "tax_total"}, {"coupon_lines", "Coupon", "code", "discount"},
		{"refunds", "Refund", "reason", "total"},
	} {
		for _, item := range f.Each(part.list) {
			line := orderLine{What: part.what, Name: item.Text(part.name), Amount: item.Text(part.amount)}
			if part.list == "coupon_lines" && line.Amount != "" {
				line.Name += " (its discount is in the amounts above: " + line.Amount + ")"
				line.Amount = ""
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// longestMeta is how much of a value of meta data is shown: plugins keep whole documents there.
const longestMeta = 120

// metaOf is what plugins and integrations noted down. A key that begins with an underscore is hidden in WordPress too.
func metaOf(f export.Fields) [][2]string {
	var all [][2]string
	for _, meta := range f.Each("meta_data") {
		key := meta.Text("key")
		if key == "" || strings.HasPrefix(key, "_") {
			continue
		}
		value := []rune(meta.Text("value"))
		if len(value) > longestMeta {
			value = append(value[:longestMeta], '…')
		}
		all = append(all, [2]string{key, string(value)})
	}
	return all
}

// address is an address in a line.
func address(f export.Fields, part string) string {
	var words []string
	for _, name := range []string{"address_1", "address_2"} {
		words = append(words, f.Text(part+"."+name))
	}
	words = append(words, strings.TrimSpace(f.Text(part+".postcode")+" "+f.Text(part+".city")),
		f.Text(part+".state"), f.Text(part+".country"))
	return strings.Join(filled(words...), ", ")
}

// pairs are names with their values; what is empty is left out.
func pairs(words ...string) [][2]string {
	var all [][2]string
	for i := 0; i+1 < len(words); i += 2 {
		if words[i+1] != "" {
			all = append(all, [2]string{words[i], words[i+1]})
		}
	}
	return all
}

var tags = regexp.MustCompile(`<[^>]*>`)

// plain takes the markup out of a note, which WooCommerce keeps as HTML. The result is a text: it is escaped like any
// other when it is shown.
func plain(text string) string { return html.UnescapeString(tags.ReplaceAllString(text, " ")) }
