package roster

// Extent says for which orders notes, or fulfilments, are mirrored: they can only be read order by order, at the cost
// of a request each.
type Extent string

// The extents.
const (
	// ExtentOff reads none. The default, because of the requests.
	ExtentOff Extent = "off"
	// ExtentChanged reads those of each order that is seen to change: nothing is read on the first sync.
	ExtentChanged Extent = "changed"
	// ExtentAll also reads those of every order once, on the first sync.
	ExtentAll Extent = "all"
)
