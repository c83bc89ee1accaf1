//! The columns of CSV as a Parquet file: numbers as numbers, what is not known as null.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

/// Rows that are written together.
const GROUP: usize = 16_384;

/// What a column holds.
#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Text,
    Number,
    Flag,
}

fn sort(name: &str) -> Sort {
    const NUMBERS: &[&str] = &[
        "score",
        "probability",
        "origins",
        "repeats",
        "denials",
        "credibility",
        "weight",
        "facts",
        "settled",
        "confirmed",
        "denied",
        "first_told",
        "false_first",
        "right",
        "low",
        "high",
        "lead_days",
        "lead_to_confirmation_days",
        "gained",
        "lost",
        "rescored",
    ];
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if NUMBERS.contains(&name) || ends(&["_min", "_max"]) {
        Sort::Number
    } else if ends(&["_approx", "superseded", "date_said"]) {
        Sort::Flag
    } else {
        Sort::Text
    }
}

/// A Parquet file that is written row by row.
pub struct Table<'o> {
    out: &'o mut dyn Write,
    /// What the format has made and is not yet handed on.
    made: Made,
    file: SerializedFileWriter<Made>,
    columns: Vec<Sort>,
    rows: Vec<Vec<String>>,
}

#[derive(Clone, Default)]
struct Made(Arc<Mutex<Vec<u8>>>);

impl Write for Made {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

impl<'o> Table<'o> {
    pub fn new<T: AsRef<str>>(out: &'o mut dyn Write, names: &[T]) -> io::Result<Self> {
        let columns: Vec<Sort> = names.iter().map(|name| sort(name.as_ref())).collect();
        let field = |(name, sort): (&T, &Sort)| {
            let (physical, converted) = match sort {
                Sort::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
                Sort::Number => (Physical::DOUBLE, ConvertedType::NONE),
                Sort::Flag => (Physical::BOOLEAN, ConvertedType::NONE),
            };
            let field = Type::primitive_type_builder(name.as_ref(), physical);
            field.with_repetition(Repetition::OPTIONAL).with_converted_type(converted).build().map(Arc::new)
        };
        let fields = names.iter().zip(&columns).map(field).collect::<Result<_, _>>().map_err(failed)?;
        let schema = Type::group_type_builder("rows").with_fields(fields).build().map_err(failed)?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let made = Made::default();
        let file = SerializedFileWriter::new(made.clone(), Arc::new(schema), Arc::new(properties)).map_err(failed)?;
        Ok(Self { out, made, file, columns, rows: Vec::new() })
    }

    pub fn push(&mut self, row: Vec<String>) -> io::Result<()> {
        self.rows.push(row);
        if self.rows.len() < GROUP { Ok(()) } else { self.write_group() }
    }

    pub fn finish(mut self) -> io::Result<()> {
        if !self.rows.is_empty() {
            self.write_group()?;
        }
        self.file.finish().map_err(failed)?;
        self.hand_on()
    }

    fn hand_on(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut *self.made.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.out.write_all(&bytes)
    }

    fn write_group(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let mut group = self.file.next_row_group().map_err(failed)?;
        for (at, sort) in self.columns.iter().enumerate() {
            let Some(mut column) = group.next_column().map_err(failed)? else { break };
            let cells = || rows.iter().map(|row| row[at].as_str());
            match sort {
                Sort::Text => {
                    let known = cells().map(|cell| i16::from(!cell.is_empty())).collect::<Vec<_>>();
                    let values: Vec<ByteArray> = cells().filter(|cell| !cell.is_empty()).map(ByteArray::from).collect();
                    column.typed::<ByteArrayType>().write_batch(&values, Some(&known), None).map_err(failed)?;
                }
                Sort::Number => {
                    let numbers: Vec<Option<f64>> = cells().map(|cell| cell.parse().ok()).collect();
                    let known: Vec<i16> = numbers.iter().map(|n| i16::from(n.is_some())).collect();
                    let values: Vec<f64> = numbers.into_iter().flatten().collect();
                    column.typed::<DoubleType>().write_batch(&values, Some(&known), None).map_err(failed)?;
                }
                Sort::Flag => {
                    let values: Vec<bool> = cells().map(|cell| cell == "true").collect();
                    let known = vec![1; values.len()];
                    column.typed::<BoolType>().write_batch(&values, Some(&known), None).map_err(failed)?;
                }
            }
            column.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
        self.hand_on()
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    use super::*;

    #[test]
    fn cells_come_back() {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, &["id", "n_min", "n_approx"]).unwrap();
        for n in 0..GROUP + 3 {
            let number = if n % 2 == 0 { (n as f64 / 2.0).to_string() } else { String::new() };
            table.push(vec![format!("=è{n}"), number, if n % 3 == 0 { "true" } else { "" }.to_owned()]).unwrap();
        }
        table.finish().unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(out)).unwrap();
        assert_eq!(reader.num_row_groups(), 2);
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), GROUP + 3);
        for (n, row) in rows.iter().enumerate() {
            assert_eq!(row.get_string(0).unwrap(), &format!("=è{n}"));
            assert_eq!(row.get_double(1).ok(), (n % 2 == 0).then_some(n as f64 / 2.0));
            assert_eq!(row.get_bool(2).unwrap(), n % 3 == 0);
        }
    }
}
