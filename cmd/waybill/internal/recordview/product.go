package recordview

import (
	"fmt"
	"io"
	"strings"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/storage"
)

// Products is how products look on a terminal.
func Products(t terminal.Terminal) Kind {
	return Kind{
		Resource: storage.Products, One: "product",
		Columns: []terminal.Column{
			{Title: "ID", Right: true}, {Title: "SKU"}, {Title: "NAME", Elastic: true}, {Title: "TYPE"},
			{Title: "STATUS", Paint: paintStatus(t)}, {Title: "PRICE", Right: true}, {Title: "STOCK", Right: true},
		},
		Row: func(f export.Fields) []string {
			return []string{text(f, "id"), text(f, "sku"), text(f, "name"), text(f, "type"), text(f, "status"),
				text(f, "price"), stock(f)}
		},
		Detail: func(w io.Writer, f export.Fields) { writeProduct(w, t, f) },
	}
}

func writeProduct(w io.Writer, t terminal.Terminal, f export.Fields) {
	fmt.Fprintf(w, "%s  %s\n", t.Strong(terminal.OneLine(text(f, "name"))), status(t, f))
	var categories []string
	for _, c := range f.Each("categories") {
		categories = append(categories, text(c, "name"))
	}
	terminal.WriteFacts(w, t,
		[2]string{"id", text(f, "id")}, [2]string{"SKU", text(f, "sku")}, [2]string{"type", text(f, "type")},
		[2]string{"price", text(f, "price")}, [2]string{"regular price", text(f, "regular_price")},
		[2]string{"sale price", text(f, "sale_price")},
		[2]string{"stock", stock(f)}, [2]string{"categories", strings.Join(categories, ", ")},
		[2]string{"address", text(f, "permalink")},
		[2]string{"created", dated(f, "date_created")}, [2]string{"modified", dated(f, "date_modified")},
	)
}

func stock(f export.Fields) string {
	if text(f, "manage_stock") == "true" {
		return text(f, "stock_quantity")
	}
	return text(f, "stock_status")
}
