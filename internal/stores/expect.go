package stores

import (
	"context"
	"strings"

	"github.com/waybillhq/waybill/doctor"
)

// Expect returns the problem with which connecting an address would end, as far as it is known without asking the
// store: the text is no address of a shop, the shop is connected already, or the name is taken. Calling Expect first
// spares a person the question for a key, and the store the doctor's requests.
func (s *Connector) Expect(ctx context.Context, pasted, name string) error {
	home, err := doctor.Home(pasted)
	if err != nil {
		return notAnAddress(err)
	}
	if err := checkName(name); err != nil {
		return err
	}
	stores, err := s.db.Stores(ctx)
	if err != nil {
		return err
	}
	for _, st := range stores {
		if held, err := doctor.Home(st.HomeURL); err == nil && strings.EqualFold(held, home) {
			return alreadyConnected(st)
		}
		if name != "" && st.Name == name {
			return nameTaken(name)
		}
	}
	return nil
}
