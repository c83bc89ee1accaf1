//! Pseudo-random numbers for generated articles: the same in every run (xorshift, Marsaglia 2003).

pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    /// Below `n`, small numbers far more often: few words are in most texts, few firms and people in most news.
    pub fn skewed(&mut self, n: usize) -> usize {
        let u = (self.below(1 << 30) + 1) as f64 / (1u64 << 30) as f64;
        ((n as f64).powf(u) as usize).clamp(1, n) - 1
    }
}
