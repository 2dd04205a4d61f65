package stores

import (
	"context"
	"strings"

	"github.com/waybillhq/waybill/doctor"
)

// Expect says beforehand what connecting an address would end with, as far as that can be known without asking the
// store: that it is no address of a shop, that the shop is connected, or that the name is taken. Who asks it first
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
