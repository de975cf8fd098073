"""Reading and writing files and databases."""

from __future__ import annotations

from lineage_ext.rules.algebra import Nothing, Word
from lineage_ext.rules.database import QuerySource, TableSink, TableSource
from lineage_ext.rules.files import Sink, Source

READERS = {  # in chunks
    "TextFileReader": "csv",
    "JsonReader": "json",
    "StataReader": "stata",
    "SAS7BDATReader": "sas",
    "XportReader": "sas",
}
TABLE: dict[str, Word] = {
    "pd.read_csv": Source("filepath_or_buffer", "csv", functions="converters"),
    **{
        f"{reader}.{name}": Source("self", kind)
        for reader, kind in READERS.items()
        for name in ("__next__", "get_chunk", "read")
    },
    "pd.read_table": Source("filepath_or_buffer", "csv", functions="converters"),
    "pd.read_fwf": Source("filepath_or_buffer", "fwf"),
    "pd.read_json": Source("path_or_buf", "json"),
    "pd.read_excel": Source("io", "excel", part="sheet_name", functions="converters"),
    "excel.parse": Source("self", "excel", part="sheet_name", functions="converters"),
    "pd.read_parquet": Source("path", "parquet", filters="filters"),
    "pd.read_feather": Source("path", "feather"),
    "pd.read_orc": Source("path", "orc"),
    "pd.read_hdf": Source("path_or_buf", "hdf", key="key"),
    "hdf.get": Source("self", "hdf", key="key"),
    "hdf.select": Source("self", "hdf", key="key"),
    "hdf.__getitem__": Source("self", "hdf", key="key"),
    "hdf.select_column": Source("self", "hdf", key="key"),
    "hdf.select_as_coordinates": Source("self", "hdf", key="key"),
    "hdf.select_as_multiple": Source("self", "hdf", key="keys"),
    "pd.read_html": Source("io", "html", functions="converters"),
    "pd.read_xml": Source("path_or_buffer", "xml", functions="converters"),
    "pd.read_pickle": Source("filepath_or_buffer", "pickle"),
    "pd.read_stata": Source("filepath_or_buffer", "stata"),
    "pd.read_sas": Source("filepath_or_buffer", "sas"),
    "pd.read_spss": Source("path", "spss"),
    "pd.read_sql": QuerySource(),
    "pd.read_sql_query": QuerySource(),
    "pd.read_sql_table": TableSource(),
    "pd.read_clipboard": Nothing("the clipboard is no dataset"),
    "pd.read_gbq": Nothing("BigQuery isn't named here"),
    "pd.read_iceberg": Nothing("an Iceberg catalog isn't named here"),
    "frame.to_csv": Sink("path_or_buf", "csv", columns="columns", titles="index_label", mode="mode", unnamed="0"),
    "frame.to_excel": Sink(
        "excel_writer", "excel", columns="columns", titles="index_label", unnamed="0", part="sheet_name"
    ),
    "frame.to_json": Sink("path_or_buf", "json", levels="named", mode="mode"),
    "frame.to_parquet": Sink("path", "parquet", levels="named"),
    "frame.to_feather": Sink("path", "feather", index="", levels="none"),
    "frame.to_orc": Sink("path", "orc", levels="named"),
    "frame.to_hdf": Sink("path_or_buf", "hdf", index="", levels="named", key="key", mode="append"),
    "hdf.put": Sink("self", "hdf", value="value", index="", levels="named", key="key", mode="append"),
    "hdf.append": Sink(
        "self", "hdf", value="value", index="", levels="named", key="key", columns="columns", mode="append"
    ),
    "hdf.append_to_multiple": Sink("self", "hdf", value="value", index="", levels="named", key="d"),
    "hdf.__setitem__": Sink("self", "hdf", value="value", index="", levels="named", key="key"),
    "frame.to_pickle": Sink("path", "pickle", index="", levels="named"),
    "pd.to_pickle": Sink("filepath_or_buffer", "pickle", value="obj", index="", levels="named"),
    "frame.to_html": Sink("buf", "html", columns="columns"),
    "frame.to_xml": Sink("path_or_buffer", "xml", numbered=True),
    "frame.to_stata": Sink("path", "stata", index="write_index", numbered=True),
    "frame.to_latex": Sink("buf", "latex", columns="columns"),
    "frame.to_markdown": Sink("buf", "markdown"),
    "frame.to_string": Sink("buf", "text"),
    "frame.to_sql": TableSink(),
    "frame.to_gbq": Nothing("BigQuery isn't named here"),
    "frame.to_iceberg": Nothing("an Iceberg catalog isn't named here"),
    "frame.to_clipboard": Nothing("the clipboard is no dataset"),
}
