package roster

// Extent says for which orders notes, or fulfilments, are mirrored. A store lists either only order by order, which
// costs a request for each order.
type Extent string

// The extents.
const (
	// ExtentOff reads no notes or fulfilments. It is the default, because reading them costs a request for each order.
	ExtentOff Extent = "off"
	// ExtentChanged reads the notes or fulfilments of each order that is seen to change: nothing is read on the first
	// sync.
	ExtentChanged Extent = "changed"
	// ExtentAll also reads the notes or fulfilments of every order once, on the first sync.
	ExtentAll Extent = "all"
)
