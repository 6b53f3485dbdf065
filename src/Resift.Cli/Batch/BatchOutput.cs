namespace Resift.Cli;

/// <summary>
/// Where a batch writes: a file that appears complete or not at all, behind a file of what is done, so that a batch that was stopped can go
/// on; or standard output. A part of a batch leaves a manifest beside its file.
/// </summary>
internal sealed class BatchOutput : IAsyncDisposable
{
    private readonly CliConsole _console;
    private readonly OutputTarget _output;
    private readonly Shard? _shard;
    private readonly List<int> _positions = [];
    private PartialRun? _partial;
    private string _settings = "";
    private string _model = "";

    private BatchOutput(OutputTarget output, Shard? shard, CliConsole console) => (_output, _shard, _console) = (output, shard, console);

    /// <summary>Gets where the lines of the next record go.</summary>
    public TextWriter Writer => _partial?.Writer ?? _output.Writer;

    /// <summary>Gets a value indicating whether this is standard output.</summary>
    public bool IsConsole => _output.IsConsole;

    /// <summary>Gets a value indicating whether what is done is kept in a file, to go on from there.</summary>
    public bool KeepsWhatIsDone => _output.Target is not null;

    /// <summary>Gets how many records are complete, which are the first ones of the batch.</summary>
    public int DoneCount => _partial?.DoneCount ?? 0;

    /// <summary>Opens the file, before a model is loaded in vain.</summary>
    /// <param name="path">The file; null or <c>-</c> for standard output.</param>
    /// <param name="shard">The part of the batch; null for the whole.</param>
    /// <param name="console">Standard output.</param>
    /// <exception cref="UsageException">A part is to go to standard output.</exception>
    public static BatchOutput Open(string? path, Shard? shard, CliConsole console)
    {
        if (shard is not null && (path is null or "-" || path.StartsWith("/dev/", StringComparison.Ordinal)))
        {
            throw new UsageException(
                "--shard needs --output FILE: beside it stands the manifest by which 'resift merge' puts the shards together.");
        }

        return new(OutputTarget.Open(path, console), shard, console);
    }

    /// <summary>Begins, or goes on with what is there.</summary>
    /// <param name="model">The model, for people.</param>
    /// <param name="settings">What tells results of other models and options from these; the same for all parts of a batch.</param>
    /// <param name="input">What tells the input from others, as far as it is known before it is read.</param>
    /// <param name="resumes">Whether to go on with what is there.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UsageException">There is something, and nobody said to go on with it.</exception>
    /// <exception cref="InvalidDataException">There is something of another batch.</exception>
    public async Task BeginAsync(string model, string settings, string input, bool resumes, CancellationToken cancellationToken)
    {
        (_model, _settings) = (model, settings);
        if (_output.Target is { } target)
        {
            string identity = ModelFingerprint.Create([settings, input, _shard?.ToString()]).Value;
            _partial = await PartialRun.OpenAsync(target, identity, resumes, cancellationToken);
        }
    }

    /// <summary>Passes over a record that was done before.</summary>
    /// <param name="position">Where it stands in the input.</param>
    /// <param name="digest">The hash of the input up to it, to be compared; null to compare nothing.</param>
    public void Skip(int position, string? digest)
    {
        _positions.Add(position);
        if (digest is not null && digest != _partial!.LastDigest)
        {
            throw OfAnother();
        }
    }

    /// <summary>Keeps the lines of a record that were written.</summary>
    public async Task CompleteAsync(int position, string digest)
    {
        _positions.Add(position);
        if (_partial is not null)
        {
            await _partial.MarkAsync(digest);
        }
    }

    /// <summary>Says how to go on, if there is something to go on with.</summary>
    public void NoteWhatIsDone(string what)
    {
        if (_partial is { DoneCount: > 0 })
        {
            _console.Note($"{_partial.DoneCount} {what} are in {_partial.Name}; the same command with --resume goes on");
        }
    }

    /// <summary>Gets what to say of a file that is there of another input.</summary>
    public InvalidDataException OfAnother() => PartialRun.OfAnother(_partial!.Name);

    /// <summary>Names the file, and writes the manifest of a part.</summary>
    /// <param name="input">The input, read to its end.</param>
    /// <param name="skipped">How many records of this part were left out.</param>
    /// <param name="cancellationToken">Stops copying; the file keeps its old content then.</param>
    public async Task CommitAsync(BatchInput input, int skipped, CancellationToken cancellationToken)
    {
        var written = _partial is null ? null : await _partial.CopyToAsync(_output.Writer, cancellationToken);
        await _output.CommitAsync();
        if (_shard is { } shard)
        {
            var manifest = new ShardManifest
            {
                Format = ShardManifest.CurrentFormat,
                Shard = $"{shard}",
                Model = _model,
                Settings = _settings,
                Input = new(input.Records, input.Digest),
                Output = written!.Sum with { Skipped = skipped },
                Positions = _positions,
                Lines = written.Lines,
            };
            await using var file = OutputTarget.Open(ShardManifest.NameFor(_output.Target!), _console);
            file.Writer.Write(manifest.ToJson());
            await file.CommitAsync();
        }

        _partial?.Complete();
    }

    public async ValueTask DisposeAsync()
    {
        if (_partial is not null)
        {
            await _partial.DisposeAsync();
        }

        await _output.DisposeAsync();
    }
}
