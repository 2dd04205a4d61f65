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
			return []string{f.Text("id"), f.Text("sku"), f.Text("name"), f.Text("type"), f.Text("status"),
				f.Text("price"), stock(f)}
		},
		Detail: func(w io.Writer, f export.Fields) { writeProduct(w, t, f) },
	}
}

func writeProduct(w io.Writer, t terminal.Terminal, f export.Fields) {
	fmt.Fprintf(w, "%s  %s\n", t.Strong(terminal.OneLine(f.Text("name"))), status(t, f))
	var categories []string
	for _, c := range f.Each("categories") {
		categories = append(categories, c.Text("name"))
	}
	terminal.WriteFacts(w, t,
		[2]string{"id", f.Text("id")}, [2]string{"SKU", f.Text("sku")}, [2]string{"type", f.Text("type")},
		[2]string{"price", f.Text("price")}, [2]string{"regular price", f.Text("regular_price")},
		[2]string{"sale price", f.Text("sale_price")},
		[2]string{"stock", stock(f)}, [2]string{"categories", strings.Join(categories, ", ")},
		[2]string{"address", f.Text("permalink")},
		[2]string{"created", dated(f, "date_created")}, [2]string{"modified", dated(f, "date_modified")},
	)
}

func stock(f export.Fields) string {
	if f.Text("manage_stock") == "true" {
		return f.Text("stock_quantity")
	}
	return f.Text("stock_status")
}
