package reports

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
)

// WooCommerce's sales reports read orders from wp_posts only. A store that keeps orders in tables, without copies, has
// sold nothing in these reports (recordings: rep-sales-range, rep-top-range).

// salesReport is what a store sold in a period (WC_Report_Sales_By_Date).
type salesReport struct {
	period    reportPeriod
	sales     map[string]*salesOf // by day or month
	customers []time.Time         // when customers registered, within the period

	orders, items                int64
	sold, shipping, tax, shipTax float64
	refunded, refundedShipping   float64
	refundedTax, refundedShipTax float64
	discount                     float64
	anyRefund                    bool
	tellsRefunds                 bool // per day or month too
	coupons                      []*couponSum
}

// couponSum is what one coupon took off on a day or in a month.
type couponSum struct {
	day, code string
	sum       float64
}

// salesOf is what was sold on a day or in a month.
type salesOf struct {
	orders, items       int64
	total, tax, freight float64
	discount, refunds   float64
}

// countsAsSale says whether orders with a status count: paid ones, those about to be paid, and refunded ones.
func countsAsSale(status string) bool { return isOpenSale(status) || status == "refunded" }

func isOpenSale(status string) bool {
	return status == "completed" || status == "processing" || status == "on-hold"
}

func (s *Store) salesReport(p reportPeriod) *salesReport {
	report := &salesReport{period: p, sales: map[string]*salesOf{}, tellsRefunds: s.Has(core.DailyRefunds)}
	for _, name := range p.names() {
		report.sales[name] = &salesOf{}
	}
	for _, u := range slices.Collect(s.customers.Members()) {
		// The last day counts only up to its first second.
		if u.Is("customer") && !u.Registered.Before(p.start) && !u.Registered.After(p.end) {
			report.customers = append(report.customers, u.Registered)
		}
	}
	for _, o := range s.postedOrders() {
		if at := wallClock(o.Created, s.Zone()); countsAsSale(o.Status) && p.includes(at) {
			report.add(o, p.name(at))
		}
	}
	report.shareDiscounts()
	fullyRefunded := map[int64]bool{}
	for refund := range s.orders.Refunds.All() {
		parent, ok := s.orders.Orders.Get(refund.ParentID)
		if refund.Row != capability.RefundPost || !ok || !p.includes(wallClock(refund.Created, s.Zone())) {
			continue
		}
		switch {
		case isOpenSale(parent.Status):
			report.giveBack(core.Number(refund.Amount), &refund.Document)
			report.refundDay(p.name(wallClock(refund.Created, s.Zone())), core.Number(refund.Amount))
		case parent.Status == "refunded" && !fullyRefunded[parent.ID]:
			fullyRefunded[parent.ID] = true
			report.giveBack(core.Number(parent.Total), &parent.Document)
			report.refundDay(p.name(wallClock(refund.Created, s.Zone())), core.Number(parent.Total))
		}
	}
	return report
}

// postedOrders are the orders with a row of their own in wp_posts, by date.
func (s *Store) postedOrders() []*orders.Order {
	var posted []*orders.Order
	for o := range s.orders.Orders.All() {
		if o.Row == capability.ShopOrderPost {
			posted = append(posted, o)
		}
	}
	slices.SortStableFunc(posted, func(a, b *orders.Order) int { return a.Created.Compare(b.Created) })
	return posted
}

// add counts an order.
func (report *salesReport) add(o *orders.Order, name string) {
	items := int64(0)
	for _, line := range o.Lines {
		items += line.Quantity
	}
	report.orders++
	report.items += items
	report.sold += core.Number(o.Total)
	report.shipping += core.Number(o.ShippingTotal)
	report.tax += core.Number(o.CartTax)
	report.shipTax += core.Number(o.ShippingTax)
	for _, coupon := range o.Coupons {
		report.discount += core.Number(coupon.Discount)
		report.addCoupon(name, coupon)
	}
	day, ok := report.sales[name]
	if !ok {
		return
	}
	day.orders++
	day.items += items
	day.total += core.Number(o.Total)
	day.tax += core.Number(o.CartTax) + core.Number(o.ShippingTax)
	day.freight += core.Number(o.ShippingTotal)
}

func (report *salesReport) addCoupon(day string, coupon *orders.CouponLine) {
	for _, sum := range report.coupons {
		if sum.day == day && sum.code == coupon.Code {
			sum.sum += core.Number(coupon.Discount)
			return
		}
	}
	report.coupons = append(report.coupons, &couponSum{day, coupon.Code, core.Number(coupon.Discount)})
}

// shareDiscounts gives every day the discount of only one coupon, since each coupon's sum replaces the one before.
func (report *salesReport) shareDiscounts() {
	for _, sum := range report.coupons {
		if day, ok := report.sales[sum.day]; ok {
			day.discount = sum.sum
		}
	}
}

// giveBack subtracts a refund: its amount, and its taxes and shipping. Refunds hold these as negative numbers, orders
// as positive ones.
func (report *salesReport) giveBack(amount float64, d *orders.Document) {
	report.anyRefund = true
	report.refunded += amount
	report.refundedShipping += math.Abs(core.Number(d.ShippingTotal))
	report.refundedTax += math.Abs(core.Number(d.CartTax))
	report.refundedShipTax += math.Abs(core.Number(d.ShippingTax))
}

func (report *salesReport) refundDay(name string, amount float64) {
	if day, ok := report.sales[name]; ok {
		day.refunds += amount
	}
}

// json shows the report. Each sum is rounded by itself, and net sales are computed from rounded sums.
func (report *salesReport) json() *rest.Object {
	total := core.Fixed(report.sold-report.refunded, 2)
	tax, shipTax := core.Fixed(report.tax-report.refundedTax, 2), core.Fixed(report.shipTax-report.refundedShipTax, 2)
	shipping := core.Fixed(report.shipping-report.refundedShipping, 2)
	net := core.Fixed(core.Number(total)-core.Number(shipping)-max(0, core.Number(tax))-max(0, core.Number(shipTax)), 2)
	refunds := rest.Value(int64(0))
	if report.anyRefund {
		refunds = report.refunded
	}
	grouped := "day"
	if report.period.byMonth {
		grouped = "month"
	}
	return rest.NewObject(
		"total_sales", total,
		"net_sales", net,
		"average_sales", core.Fixed(core.Number(net)/float64(report.period.intervals+1), 2),
		"total_orders", report.orders,
		"total_items", max(report.items, -report.items),
		"total_tax", core.Fixed(core.Number(tax)+core.Number(shipTax), 2),
		"total_shipping", shipping,
		"total_refunds", refunds,
		"total_discount", core.Fixed(report.discount, 2),
		"totals_grouped_by", grouped,
		"totals", report.totals(),
		"total_customers", int64(len(report.customers)),
	)
}

func (report *salesReport) totals() *rest.Object {
	totals := &rest.Object{}
	for _, name := range report.period.names() {
		day := report.sales[name]
		customers := int64(0)
		for _, registered := range report.customers {
			if report.period.name(registered) == name {
				customers++
			}
		}
		shown := rest.NewObject(
			"sales", core.Fixed(day.total, 2),
			"orders", day.orders,
			"items", day.items,
			"tax", core.Fixed(day.tax, 2),
			"shipping", core.Fixed(day.freight, 2),
			"discount", core.Fixed(day.discount, 2),
			"customers", customers,
		)
		if report.tellsRefunds {
			shown.Set("refunds", core.Fixed(day.refunds, 2))
		}
		totals.Set(name, shown)
	}
	return totals
}

// bestSeller is a product and how often it was sold.
type bestSeller struct {
	productID int64
	quantity  int64
}

// bestSellers are the products that sold most, at most twelve, without refunded pieces. Deleted products leave their
// places empty.
func (s *Store) bestSellers(p reportPeriod) []bestSeller {
	const most = 12
	quantities := map[int64]int64{}
	count := func(d *orders.Document) {
		if p.includes(wallClock(d.Created, s.Zone())) {
			for _, line := range d.Lines {
				quantities[line.ProductID] += line.Quantity
			}
		}
	}
	for _, o := range s.postedOrders() {
		if isOpenSale(o.Status) {
			count(&o.Document)
		}
	}
	for refund := range s.orders.Refunds.All() {
		if refund.Row == capability.RefundPost {
			count(&refund.Document)
		}
	}
	var best []bestSeller
	for id, quantity := range quantities {
		best = append(best, bestSeller{id, quantity})
	}
	slices.SortFunc(best, func(a, b bestSeller) int {
		return cmp.Or(cmp.Compare(b.quantity, a.quantity), cmp.Compare(a.productID, b.productID))
	})
	return best[:min(len(best), most)]
}
