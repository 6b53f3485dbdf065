using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Knows how much of the files is in the index, though they are read ahead of that.</summary>
internal sealed class IndexProgress(int files) : IProgress<UpsertResult>
{
    // Where in all the files each document ends that was read and is not in the index yet.
    private readonly Queue<(long Position, int Files)> _ahead = [];
    private UpsertResult _committed = new();
    private int _filesDone;

    /// <summary>Gets or sets who hears how many bytes are done.</summary>
    public Action<long> Show { get; set; } = _ => { };

    /// <summary>Gets how many documents are done.</summary>
    public long Documents => _committed.Documents;

    /// <summary>Takes note of a document that was read.</summary>
    /// <param name="position">Where it ends in all the files.</param>
    /// <param name="files">How many files are done with it.</param>
    public void Read(long position, int files) => _ahead.Enqueue((position, files));

    public void Report(UpsertResult value)
    {
        long position = 0;
        for (long done = _committed.Documents; done < value.Documents && _ahead.TryDequeue(out var document); done++)
        {
            (position, _filesDone) = document;
        }

        _committed = value;
        if (position > 0)
        {
            Show(position);
        }
    }

    /// <summary>Says what is done and how fast.</summary>
    public string Describe(TimeSpan elapsed) => string.Create(CultureInfo.InvariantCulture,
        $"{_filesDone:N0} of {files:N0} files, {_committed.Documents:N0} documents, " +
        $"{_committed.PassagesEmbedded / Math.Max(elapsed.TotalSeconds, 1e-3):F1} passages/s");
}
