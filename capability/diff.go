package capability

// Difference is what changes between two roles.
type Difference struct {
	From, To Role
	// Removed are the capabilities that only From has, Added those that only To has.
	Removed, Added []string
	// Lost are uses that only From may do, Gained those that only To may do, on the store that was asked about.
	Lost, Gained []Use
}

// Diff compares two roles and what they can do on this store. Role names count: a role that copies the Shop Manager's
// capabilities under another name may not update customers, because WooCommerce grants that to the name.
func (s Site) Diff(from, to Role) Difference {
	d := Difference{
		From: from, To: to,
		Removed: from.Caps.Without(to.Caps).Sorted(),
		Added:   to.Caps.Without(from.Caps).Sorted(),
	}
	before := Caller{Caps: from.Caps, Roles: []string{from.Name}}
	after := Caller{Caps: to.Caps, Roles: []string{to.Name}}
	for _, use := range s.AllUses() {
		was, is := s.allowedWith(before, use), s.allowedWith(after, use)
		switch {
		case was && !is:
			d.Lost = append(d.Lost, use)
		case is && !was:
			d.Gained = append(d.Gained, use)
		}
	}
	return d
}

// TakenAway compares the Shop Manager as the store has changed it with the stock role of the store's version. now is
// what the store's Shop Manager holds.
func (s Site) TakenAway(now Set) Difference {
	stock, _ := StockRole("shop_manager", s.Version)
	return s.Diff(stock, Role{Name: "shop_manager", Title: stock.Title, Caps: now})
}
