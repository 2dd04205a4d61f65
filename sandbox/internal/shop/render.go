package shop

// invalidateRendered makes every record render anew: something that many of
// them show has changed (a setting, a product's name).
func (s *Store) invalidateRendered() { s.renderGeneration++ }
