//! Sparse feature rows against dense weights: the inner loops of fitting.

/// Returns Σ w·x of one sparse row.
#[inline(always)]
pub fn dot(weights: &[f64], columns: &[u16], values: &[f32]) -> f64 {
    let terms = columns.iter().zip(values);
    terms.fold(0.0, |sum, (&column, &value)| sum + weights[column as usize] * f64::from(value))
}

/// Adds `amount` times a sparse row to a dense vector.
#[inline(always)]
pub fn add(to: &mut [f64], columns: &[u16], values: &[f32], amount: f64) {
    for (&column, &value) in columns.iter().zip(values) {
        to[column as usize] += amount * f64::from(value);
    }
}

/// Adds `amount` times the outer product of a sparse row with itself to the lower triangle of an n × n matrix. The
/// row's columns ascend.
#[inline(never)]
pub fn add_square(matrix: &mut [f64], n: usize, columns: &[u16], values: &[f32], amount: f64) {
    for (a, &column) in columns.iter().enumerate() {
        let scaled = amount * f64::from(values[a]);
        let row = &mut matrix[column as usize * n..(column as usize + 1) * n];
        add(row, &columns[..=a], &values[..=a], scaled);
    }
}

/// Writes into `z` the dot product of each row `ends[i]..ends[i + 1]` with `weights`, plus its offset.
#[inline(never)]
pub fn scores(z: &mut [f64], weights: &[f64], ends: &[u32], columns: &[u16], values: &[f32], offsets: &[f64]) {
    for ((z, ends), offset) in z.iter_mut().zip(ends.windows(2)).zip(offsets) {
        let row = ends[0] as usize..ends[1] as usize;
        *z = offset + dot(weights, &columns[row.clone()], &values[row]);
    }
}

/// Adds each row, times its amount, to `to`.
#[inline(never)]
pub fn gather(to: &mut [f64], ends: &[u32], columns: &[u16], values: &[f32], amounts: &[f64]) {
    for (ends, &amount) in ends.windows(2).zip(amounts).filter(|(_, amount)| **amount != 0.0) {
        let row = ends[0] as usize..ends[1] as usize;
        add(to, &columns[row.clone()], &values[row], amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparse_rows_agree_with_dense_ones() {
        let (ends, columns, values) = ([0, 2, 2, 3], [0, 2, 1], [1.0, 2.0, 3.0]);
        let mut z = [0.0; 3];
        scores(&mut z, &[1.0, 10.0, 100.0], &ends, &columns, &values, &[0.5, 0.0, 0.0]);
        assert_eq!(z, [201.5, 0.0, 30.0]);
        let mut sum = [0.0; 3];
        gather(&mut sum, &ends, &columns, &values, &[2.0, 5.0, -1.0]);
        assert_eq!(sum, [2.0, -3.0, 4.0]);
        let mut square = [0.0; 9];
        add_square(&mut square, 3, &columns[..2], &values[..2], 0.5);
        assert_eq!(square, [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 2.0]);
    }
}
