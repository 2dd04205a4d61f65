package stores

import "context"

// Reconnect finds out again how a store is reached and how its key is sent, and saves what works now. The key, the
// mirror and the change log stay.
func (s *Connector) Reconnect(ctx context.Context, name string) (Connected, error) {
	access, err := s.ask.Access(ctx, name)
	if err != nil {
		return Connected{}, err
	}
	return s.Rekey(ctx, access.Store.Name, Connection{
		Key: access.Credentials.Key, Secret: access.Credentials.Secret,
		Environment: access.Store.Credentials.Environment,
	})
}
