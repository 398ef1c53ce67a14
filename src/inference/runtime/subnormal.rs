//! Weights that are too small to be anything: they are made zero before a model is loaded.
//!
//! Processors take many times longer for a number below 2^-126, which has no exponent of its own (subnormal, IEEE 754 section 3.4), than for
//! any other. Training leaves such weights behind: a tenth of the text detector's are, and two thirds of its time went there. Nothing
//! that it says depends on them. ONNX Runtime can have processors take them for zero, but on its own threads only, and half of each
//! run is done by the thread that asks for it.
//!
//! They stand in the file as they are: `ModelProto.graph` (7), of it each `initializer` (5), of it `data_type` (2) and `raw_data` (9),
//! <https://onnx.ai/onnx/repo-docs/IR.html>, in the encoding of <https://protobuf.dev/programming-guides/encoding/>.

use std::ops::Range;

const GRAPH: u64 = 7;
const INITIALIZER: u64 = 5;
const DATA_TYPE: u64 = 2;
const RAW_DATA: u64 = 9;
/// `TensorProto.DataType.FLOAT`.
const FLOAT: u64 = 1;
/// Bytes of such a number.
const BYTES: usize = 4;

/// Makes the subnormal weights of a model zero and says how many there were. Of a file that does not parse, what comes before that
/// place: the runtime refuses it.
pub fn flush(model: &mut [u8]) -> usize {
    let mut flushed = 0;
    for tensor in floats(model) {
        for number in model.get_mut(tensor).unwrap_or_default().as_chunks_mut::<BYTES>().0 {
            if f32::from_le_bytes(*number).is_subnormal() {
                *number = [0; BYTES];
                flushed += 1;
            }
        }
    }
    flushed
}

/// Where the numbers of each initializer stand that has them as 32-bit floats.
fn floats(model: &[u8]) -> Vec<Range<usize>> {
    let parts = |within: Range<usize>, wanted: u64| {
        Fields::of(model, within).filter_map(move |field| match field {
            (number, Value::Bytes(place)) if number == wanted => Some(place),
            (_, Value::Bytes(_) | Value::Number(_)) => None,
        })
    };
    let whole = 0..model.len();
    let tensors = parts(whole, GRAPH).flat_map(|graph| parts(graph, INITIALIZER));
    let raw = |tensor: Range<usize>| {
        let is_float =
            Fields::of(model, tensor.clone()).any(|field| field == (DATA_TYPE, Value::Number(FLOAT)));
        parts(tensor, RAW_DATA).next().filter(|_| is_float)
    };
    tensors.filter_map(raw).collect()
}

/// What a field holds.
#[derive(Debug, PartialEq)]
enum Value {
    /// A number, or one of four or eight bytes, which no field here is.
    Number(u64),
    /// Bytes, by their place in the whole.
    Bytes(Range<usize>),
}

/// The fields of a message within its bytes; ends where they do not parse.
struct Fields<'a> {
    bytes: &'a [u8],
    rest: Range<usize>,
}

impl<'a> Fields<'a> {
    fn of(bytes: &'a [u8], rest: Range<usize>) -> Self {
        Self { bytes, rest }
    }

    fn take(&mut self, count: usize) -> Option<Range<usize>> {
        let end = self.rest.start.checked_add(count).filter(|end| *end <= self.rest.end)?;
        let taken = self.rest.start..end;
        self.rest.start = end;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = *self.bytes.get(self.take(1)?)?.first()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl Iterator for Fields<'_> {
    type Item = (u64, Value);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Number(0))?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Number(0))?,
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(bytes.len()).unwrap();
        [&[number << 3 | 2, length], bytes].concat()
    }

    fn tensor(data_type: u8, numbers: &[f32]) -> Vec<u8> {
        let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        field(5, &[&[2 << 3, data_type], field(8, b"its name").as_slice(), &field(9, &raw)].concat())
    }

    /// A version, then a graph of these tensors with a node before them.
    fn model(tensors: &[Vec<u8>]) -> Vec<u8> {
        let graph = [field(1, b"a node"), tensors.concat()].concat();
        [vec![1 << 3, 0xAC, 0x02], field(7, &graph)].concat()
    }

    #[test]
    fn what_does_not_parse_is_left() {
        let whole = model(&[tensor(1, &[1e-40])]);
        for cut in 0..whole.len() {
            let mut bytes = whole[..cut].to_vec();
            assert_eq!(flush(&mut bytes), 0, "cut at {cut}");
            assert_eq!(bytes, whole[..cut]);
        }
        let mut endless = vec![0xFF; 40];
        assert_eq!(flush(&mut endless), 0);
        let mut beyond = vec![7 << 3 | 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];
        assert_eq!(flush(&mut beyond), 0);
    }

    #[test]
    fn only_subnormal_floats_become_zero() {
        let least = f32::MIN_POSITIVE;
        let mut bytes = model(&[
            tensor(1, &[0.5, 1e-40, -1e-45, least, -0.0, f32::NAN, f32::INFINITY]),
            tensor(6, &[1e-40]),
            tensor(1, &[least / 2.0, -3.0]),
        ]);
        assert_eq!(flush(&mut bytes), 3);
        let expected = model(&[
            tensor(1, &[0.5, 0.0, 0.0, least, -0.0, f32::NAN, f32::INFINITY]),
            tensor(6, &[1e-40]),
            tensor(1, &[0.0, -3.0]),
        ]);
        assert_eq!(bytes, expected);
    }
}
