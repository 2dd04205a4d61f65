package stores

import (
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Home chooses the address of a store when the given one leads to another that the shop calls its own.
type Home = woo.HomeChoice

// The choices. Without a choice such a store is refused: a copy of a shop often still names the live one, and its key
// opens both.
const (
	HomeGiven = woo.HomeGiven
	HomeNamed = woo.HomeNamed
)

// ParseHome reads a choice that a person typed; an empty word is no choice.
func ParseHome(word string) (Home, error) {
	switch home := Home(word); home {
	case woo.HomeAsk, HomeGiven, HomeNamed:
		return home, nil
	}
	return "", noHome(word)
}

// homeOf returns the choice that was made for a store when it was connected.
func homeOf(st storage.Store) Home {
	if st.Facts.HomeGiven {
		return HomeGiven
	}
	return woo.HomeAsk
}
