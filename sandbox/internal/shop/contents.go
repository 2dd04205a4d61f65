package shop

// Contents are all records and settings of a store, as one value that can be
// copied and put back.
type Contents struct{ state state }

// Contents returns the store's own contents, not a copy of them.
func (s *Store) Contents() *Contents { return &Contents{s.state} }

// SetContents replaces all records and settings. The store owns c from then
// on.
func (s *Store) SetContents(c *Contents) {
	s.state = c.state
	s.forget()
}
