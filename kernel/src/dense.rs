//! In-place inverse of a symmetric positive definite matrix: the symmetric sweep (Beaton 1964; Goodnight 1979), in
//! blocks, so that nearly all of the n³ operations are one product of panels held in registers.

/// Rows and columns swept together: a panel of this width stays in the cache.
const BLOCK: usize = 48;

/// Rows and columns of the product held in registers.
const TILE: usize = 4;

/// Inverts a symmetric positive definite n × n `matrix`, reading its lower triangle and writing both.
///
/// Returns false, with the matrix overwritten, if a pivot is not above 0: it is not positive definite.
pub fn invert(matrix: &mut [f64], n: usize) -> bool {
    let mut panels =
        Panels { left: vec![0.0; n * BLOCK], right: vec![0.0; n * BLOCK], pivot: vec![0.0; BLOCK * BLOCK] };
    for start in (0..n).step_by(BLOCK) {
        let width = BLOCK.min(n - start);
        if !panels.sweep(matrix, n, start, width) {
            return false;
        }
    }
    for row in 0..n {
        for column in 0..=row {
            let value = -matrix[row * n + column];
            matrix[row * n + column] = value;
            matrix[column * n + row] = value;
        }
    }
    true
}

/// Buffers reused for each block.
struct Panels {
    /// The block's columns times the inverse of its pivot: n rows of `width`.
    left: Vec<f64>,
    /// The block's original columns, transposed: `width` rows of n.
    right: Vec<f64>,
    /// The diagonal block: `width` rows of `width`.
    pivot: Vec<f64>,
}

impl Panels {
    /// Sweeps one block: D ← −D⁻¹, C ← C·D⁻¹, and A ← A − C·D⁻¹·Cᵀ everywhere else.
    fn sweep(&mut self, matrix: &mut [f64], n: usize, start: usize, width: usize) -> bool {
        let end = start + width;
        for row in 0..n {
            for k in 0..width {
                let column = start + k;
                let below = if row >= column { row * n + column } else { column * n + row };
                self.right[k * n + row] = matrix[below];
            }
        }
        for a in 0..width {
            for b in 0..width {
                self.pivot[a * width + b] = self.right[b * n + start + a];
            }
        }
        if !sweep_all(&mut self.pivot, width) {
            return false;
        }
        for row in 0..n {
            let left = &mut self.left[row * width..(row + 1) * width];
            for (a, left) in left.iter_mut().enumerate() {
                *left = (0..width).map(|b| -self.right[b * n + row] * self.pivot[b * width + a]).sum();
            }
        }
        // Zeroed, so that the product leaves the block's own rows unchanged.
        for k in 0..width {
            self.right[k * n + start..k * n + end].fill(0.0);
        }
        subtract_product(matrix, n, &self.left[..n * width], &self.right[..n * width], width);
        for row in 0..n {
            for k in 0..width {
                let column = start + k;
                let inside = (start..end).contains(&row);
                let value = if inside { self.pivot[(row - start) * width + k] } else { self.left[row * width + k] };
                let below = if row >= column { row * n + column } else { column * n + row };
                matrix[below] = value;
            }
        }
        true
    }
}

/// Sweeps all of a small matrix: it becomes −A⁻¹.
fn sweep_all(matrix: &mut [f64], n: usize) -> bool {
    for k in 0..n {
        let pivot = matrix[k * n + k];
        if pivot.is_nan() || pivot <= 0.0 {
            return false;
        }
        for row in (0..n).filter(|&row| row != k) {
            let factor = matrix[row * n + k] / pivot;
            for column in (0..n).filter(|&column| column != k) {
                matrix[row * n + column] -= factor * matrix[k * n + column];
            }
        }
        for other in (0..n).filter(|&other| other != k) {
            matrix[other * n + k] /= pivot;
            matrix[k * n + other] /= pivot;
        }
        matrix[k * n + k] = -1.0 / pivot;
    }
    true
}

/// A ← A − L·R for the tiles that reach into the lower triangle; L has n rows of `width`, R `width` rows of n.
fn subtract_product(matrix: &mut [f64], n: usize, left: &[f64], right: &[f64], width: usize) {
    for row in (0..n).step_by(TILE) {
        let rows = TILE.min(n - row);
        for column in (0..(row + rows).min(n)).step_by(TILE) {
            if rows == TILE && column + TILE <= n {
                subtract_tile(matrix, n, left, right, width, row, column);
                continue;
            }
            for i in row..row + rows {
                for j in column..(column + TILE).min(n) {
                    let product: f64 = (0..width).map(|k| left[i * width + k] * right[k * n + j]).sum();
                    matrix[i * n + j] -= product;
                }
            }
        }
    }
}

#[inline(always)]
fn subtract_tile(matrix: &mut [f64], n: usize, left: &[f64], right: &[f64], width: usize, row: usize, column: usize) {
    let mut sums = [[0.0; TILE]; TILE];
    let lefts: [&[f64]; TILE] = std::array::from_fn(|i| &left[(row + i) * width..(row + i + 1) * width]);
    for k in 0..width {
        let across: [f64; TILE] = std::array::from_fn(|j| right[k * n + column + j]);
        for (sums, left) in sums.iter_mut().zip(&lefts) {
            for (sum, across) in sums.iter_mut().zip(across) {
                *sum += left[k] * across;
            }
        }
    }
    for (i, sums) in sums.iter().enumerate() {
        let at = (row + i) * n + column;
        matrix[at..at + TILE].iter_mut().zip(sums).for_each(|(value, sum)| *value -= sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a matrix as EASE inverts it: the Gram matrix of sparse binary columns plus a ridge.
    fn gram(n: usize, ridge: f64) -> Vec<f64> {
        let mut state = 7u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / (1u64 << 31) as f64
        };
        let rows: Vec<Vec<f64>> =
            (0..2 * n).map(|_| (0..n).map(|_| f64::from(u8::from(draw() < 0.2))).collect()).collect();
        let mut matrix = vec![0.0; n * n];
        for row in &rows {
            for i in 0..n {
                for j in 0..n {
                    matrix[i * n + j] += row[i] * row[j];
                }
            }
        }
        (0..n).for_each(|i| matrix[i * n + i] += ridge);
        matrix
    }

    #[test]
    fn a_matrix_times_its_inverse_is_the_identity_at_every_size() {
        for n in [1, 2, 3, 47, 48, 49, 97, 130] {
            let matrix = gram(n, 1.5);
            let mut inverse = matrix.clone();
            assert!(invert(&mut inverse, n));
            for i in 0..n {
                for j in 0..n {
                    let product: f64 = (0..n).map(|k| matrix[i * n + k] * inverse[k * n + j]).sum();
                    let one = f64::from(u8::from(i == j));
                    assert!((product - one).abs() < 1e-9, "{n}: ({i}, {j}) is {product}");
                }
            }
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_is_refused() {
        assert!(!invert(&mut [1.0, 2.0, 2.0, 1.0], 2));
        assert!(!invert(&mut [f64::NAN], 1));
    }
}
