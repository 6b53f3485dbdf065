using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Writes and deletes documents with everything that belongs to them, within one transaction.</summary>
internal sealed class DocumentWriter : IDisposable
{
    private readonly CollectionRow _collection;
    private readonly BlockWriter _blocks;
    private readonly List<PreparedCommand> _commands = [];
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _insertDocument;
    private readonly PreparedCommand _insertPassage;
    private readonly PreparedCommand _insertVector;
    private readonly PreparedCommand _insertText;
    private readonly PreparedCommand _insertLabel;
    private readonly PreparedCommand _passages;
    private readonly PreparedCommand _deleteVector;
    private readonly PreparedCommand _deleteText;
    private readonly PreparedCommand _deletePassages;
    private readonly PreparedCommand _deleteLabels;
    private readonly PreparedCommand _deleteDocument;

    private readonly PassageTemplate? _template;

    /// <param name="connection">The connection, in a transaction.</param>
    /// <param name="collection">The collection.</param>
    /// <param name="template">Makes the prefix of what is written; null to delete only.</param>
    public DocumentWriter(SqliteConnection connection, CollectionRow collection, PassageTemplate? template = null)
    {
        _collection = collection;
        _template = template;
        _blocks = new(connection, collection);
        PreparedCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
        {
            _commands.Add(new(connection, sql, parameters));
            return _commands[^1];
        }

        _find = Prepare("SELECT id FROM documents WHERE collection = $collection AND key = $key", "$collection", "$key");
        _insertDocument = Prepare(
            "INSERT INTO documents(collection, key, hash, metadata) VALUES($collection, $key, $hash, $metadata) RETURNING id",
            "$collection", "$key", "$hash", "$metadata");

        // Texts go in as bytes, since a string would be cut at its first NUL.
        _insertPassage = Prepare(
            "INSERT INTO passages(id, document, key, start, length, metadata, text, searched) " +
            "VALUES($id, $document, $key, $start, $length, $metadata, CAST($text AS TEXT), CAST($searched AS TEXT))",
            "$id", "$document", "$key", "$start", "$length", "$metadata", "$text", "$searched");
        _insertVector = Prepare("INSERT INTO vectors(passage, vector) VALUES($passage, $vector)", "$passage", "$vector");
        _insertText = Prepare(
            $"INSERT INTO {collection.TextTable}(rowid, heading, text) VALUES($passage, $heading, $text)",
            "$passage", "$heading", "$text");
        _insertLabel = Prepare(
            "INSERT INTO labels(label, document, passage) VALUES($label, $document, $passage)", "$label", "$document", "$passage");
        _passages = Prepare("SELECT id FROM passages WHERE document = $document", "$document");
        _deleteVector = Prepare("DELETE FROM vectors WHERE passage = $passage", "$passage");
        _deleteText = Prepare($"DELETE FROM {collection.TextTable} WHERE rowid = $passage", "$passage");
        _deletePassages = Prepare("DELETE FROM passages WHERE document = $document", "$document");
        _deleteLabels = Prepare("DELETE FROM labels WHERE document = $document", "$document");
        _deleteDocument = Prepare("DELETE FROM documents WHERE id = $document", "$document");
    }

    /// <summary>Puts a document in the place of the one of the same id, if there is one.</summary>
    /// <returns>True if there was one.</returns>
    public bool Write(PendingDocument pending)
    {
        var document = pending.Document;
        bool existed = Delete(document.Id);
        long id = (long)_insertDocument.Scalar(_collection.Id, document.Id, document.ContentHash, pending.Metadata)!;
        var labels = new LabelSet(document.Metadata, pending.Passages.Select(passage => passage.Passage.Metadata));
        WriteLabels(labels.Common, id, passage: 0);
        foreach (var passage in pending.Passages)
        {
            long passageId = WritePassage(passage, id, document.Metadata);
            WriteLabels(labels.Own(passage.Passage.Metadata), id, passageId);
        }

        return existed;
    }

    /// <summary>Deletes a document with all that belongs to it.</summary>
    /// <returns>False if there was none of this id.</returns>
    public bool Delete(string key)
    {
        if (_find.Scalar(_collection.Id, key) is not long id)
        {
            return false;
        }

        foreach (long passage in PassagesOf(id))
        {
            _deleteVector.Execute(passage);
            _deleteText.Execute(passage);
            _blocks.Remove(passage);
        }

        _deletePassages.Execute(id);
        _deleteLabels.Execute(id);
        _deleteDocument.Execute(id);
        return true;
    }

    /// <summary>Writes what is still in memory; to be called before the transaction is committed.</summary>
    public void Flush() => _blocks.Flush();

    public void Dispose()
    {
        _blocks.Dispose();
        _commands.ForEach(command => command.Dispose());
    }

    private long WritePassage(PendingPassage pending, long document, IReadOnlyDictionary<string, string> documentMetadata)
    {
        var passage = pending.Passage;
        long id = _blocks.Add(pending.Vector.Span);
        var own = passage.Metadata.Except(documentMetadata).ToDictionary();
        _insertPassage.Execute(
            id,
            document,
            passage.Id,
            passage.Location?.Start,
            passage.Location?.Length,
            own.Count > 0 ? MetadataJson.Write(own) : null,
            Encoding.UTF8.GetBytes(passage.Text),
            passage.SearchedText is { } searched && searched != passage.Text ? Encoding.UTF8.GetBytes(searched) : null);
        _insertVector.Execute(id, MemoryMarshal.AsBytes(pending.Vector.Span).ToArray());
        _insertText.Execute(id, TextQuery.TermsOf(_template!.PrefixOf(passage)), TextQuery.TermsOf(passage.SearchedText ?? passage.Text));
        return id;
    }

    private void WriteLabels(IEnumerable<KeyValuePair<string, string>> metadata, long document, long passage)
    {
        foreach (var (key, value) in metadata)
        {
            _insertLabel.Execute(Label.Create(_collection.Id, key, value), document, passage);
        }
    }

    private List<long> PassagesOf(long document)
    {
        using var reader = _passages.Read(document);
        var ids = new List<long>();
        while (reader.Read())
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }
}
