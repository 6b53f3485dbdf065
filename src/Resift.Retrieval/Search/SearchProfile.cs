using System.Text;
using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>
/// A way to search that was chosen on judged queries: how candidates are found, how many of them are read, how much the first stage counts
/// in the order, and which scores are good enough. <c>resift tune</c> writes one.
/// </summary>
/// <remarks>
/// Its numbers belong to the models that they were chosen with; <see cref="ThrowIfFittedToOther(IReranker)"/> refuses others. Immutable,
/// and safe for concurrent use.
/// </remarks>
/// <example>
/// <code>
/// var profile = SearchProfile.Load("profile.json");
/// profile.ThrowIfFittedToOther(reranker);
/// var search = new TwoStageRetriever(profile.CreateRetriever(lexical, dense), reranker, profile.ToSearchOptions());
/// </code>
/// </example>
public sealed class SearchProfile
{
    // A profile has about 1 KB; whatever is larger was named by mistake.
    private const int LargestFile = 64 * 1024;

    private readonly SearchOptions _options = new();

    /// <summary>Gets how candidates are found; null where the profile was fitted to candidates that somebody else found.</summary>
    public RetrieverKind? Retriever { get; init; }

    /// <summary>Gets how the lists of <see cref="RetrieverKind.Hybrid"/> are fused, of which that by words is the first; a copy.</summary>
    /// <exception cref="ArgumentException">It has weights, but not two.</exception>
    public FusionOptions Fusion
    {
        get => field.Clone();
        init => field = value is { Weights: { Count: not 2 } weights }
            ? throw new ArgumentException(
                $"There are {weights.Count} weights; two were expected, for words and for meaning.", nameof(Fusion))
            : (value ?? throw new ArgumentNullException(nameof(Fusion))).Clone();
    } = FusionOptions.LexicalAndDense;

    /// <summary>Gets how many candidates the first stage finds; 50 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Candidates
    {
        get => _options.Candidates;
        init => _options.Candidates = value;
    }

    /// <summary>Gets who reads the candidates.</summary>
    public SearchTier Tier
    {
        get => _options.Tier;
        init => _options.Tier = value;
    }

    /// <summary>Gets how many candidates the reranker reads in this tier; null for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Depth
    {
        get => _options.Depth;
        init => _options.Depth = value;
    }

    /// <summary>Gets the share of the first stage in the final order, in [0, 1]; 0.5 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1].</exception>
    public double FirstStageWeight
    {
        get => _options.FirstStageWeight;
        init => _options.FirstStageWeight = value;
    }

    /// <summary>Gets the lowest score that is good enough, on the scale of <see cref="MinScoreScale"/>; null to keep everything.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number.</exception>
    public double? MinScore
    {
        get;
        init => field = value is null || double.IsFinite(value.Value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinScore), value, "MinScore must be a finite number.");
    }

    /// <summary>Gets the scale of <see cref="MinScore"/>.</summary>
    public ScoreScale MinScoreScale { get; init; } = ScoreScale.Probability;

    /// <summary>Gets the embedder that found candidates; null where none did.</summary>
    public ProfileModel? Embedder { get; init; }

    /// <summary>Gets the reranker; null where none read.</summary>
    public ProfileModel? Reranker { get; init; }

    /// <summary>Gets what the profile was chosen on, and what it gains; null where nobody wrote it down.</summary>
    public ProfileFit? Fit { get; init; }

    /// <summary>Reads a profile from a file.</summary>
    /// <param name="path">What <see cref="Save"/> wrote.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file holds no profile; the message names it and says what is wrong.</exception>
    public static SearchProfile Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return Load(stream);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"The profile '{path}' cannot be used. {error.Message}", error);
        }
    }

    /// <summary>Reads a profile from a stream to its end.</summary>
    /// <param name="stream">The stream of UTF-8 text; it stays open.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="InvalidDataException">The stream holds no profile; the message says what is wrong.</exception>
    public static SearchProfile Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] bytes = new byte[LargestFile + 1];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= LargestFile
            ? FromJson(Encoding.UTF8.GetString(bytes.AsSpan(0, length)).TrimStart('\uFEFF'))
            : throw new InvalidDataException($"It has more than {LargestFile} bytes, which no profile has.");
    }

    /// <summary>Reads a profile.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="InvalidDataException">The text is no profile; the message says what is wrong with it.</exception>
    public static SearchProfile FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return SearchProfileFile.Read(json);
    }

    /// <summary>Writes the profile as JSON.</summary>
    /// <returns>The text that <see cref="FromJson"/> reads.</returns>
    public string ToJson() => SearchProfileFile.Write(this);

    /// <summary>Writes the profile into a file, in place of one that may be there. The file is whole or unchanged.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => WholeFile.Write(path, ToJson());

    /// <summary>Creates the options of a search by this profile.</summary>
    /// <returns>New options, which are the caller's to change.</returns>
    public SearchOptions ToSearchOptions()
    {
        var options = _options.Clone();
        if (Tier == SearchTier.Light)
        {
            (options.LightDepth, options.Depth) = (Depth, null);
        }

        if (MinScore is { } minScore)
        {
            options.Select = (response, _) => response.AtLeast(minScore, MinScoreScale);
        }

        return options;
    }

    /// <summary>Creates the first stage of this profile.</summary>
    /// <param name="lexical">Finds by words.</param>
    /// <param name="dense">Finds by meaning.</param>
    /// <returns>One of the two, or both fused.</returns>
    public IRetriever CreateRetriever(IRetriever lexical, IRetriever dense)
    {
        ArgumentNullException.ThrowIfNull(lexical);
        ArgumentNullException.ThrowIfNull(dense);
        return Retriever switch
        {
            RetrieverKind.Lexical => lexical,
            RetrieverKind.Dense => dense,
            _ => new HybridRetriever([lexical, dense], Fusion),
        };
    }

    /// <summary>
    /// Ensures that a reranker is the one that this profile was fitted to: weight and threshold of one mean nothing for another. One that
    /// says neither its fingerprint nor its name is taken for the same.
    /// </summary>
    /// <param name="reranker">The reranker. It is asked for facts about itself only.</param>
    /// <exception cref="InvalidOperationException">It is another one.</exception>
    public void ThrowIfFittedToOther(IReranker reranker) => ThrowIfOther("reranker", Reranker, ProfileModel.Of(reranker));

    /// <summary>
    /// Ensures that an embedder is the one that this profile was fitted to. One that says neither its fingerprint nor its name is taken for
    /// the same.
    /// </summary>
    /// <param name="embedder">The embedder. It is asked for facts about itself only.</param>
    /// <exception cref="InvalidOperationException">It is another one.</exception>
    public void ThrowIfFittedToOther(IEmbeddingGenerator<string, Embedding<float>> embedder) =>
        ThrowIfOther("embedder", Embedder, ProfileModel.Of(embedder));

    private static void ThrowIfOther(string role, ProfileModel? fitted, ProfileModel used)
    {
        if (fitted?.DiffersFrom(used) == true)
        {
            throw new InvalidOperationException(
                $"The profile was fitted to the {role} {fitted}, and this is {used}. Use that one, or fit a profile to this one.");
        }
    }
}

/// <summary>A model that a profile was fitted to.</summary>
public sealed record ProfileModel
{
    /// <summary>Gets its name; null if unknown.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Gets what tells it from every other model (<see cref="ModelFingerprint"/>); null where nobody knows, as of a hosted one.
    /// </summary>
    public string? Fingerprint { get; init; }

    /// <summary>Gets what is known of a reranker.</summary>
    /// <param name="reranker">The reranker.</param>
    /// <returns>Its name and fingerprint, as far as it says them.</returns>
    public static ProfileModel Of(IReranker reranker)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        return new()
        {
            Name = reranker.GetService<RerankerMetadata>()?.DefaultModelId,
            Fingerprint = reranker.GetService<ModelFingerprint>()?.Value,
        };
    }

    /// <summary>Gets what is known of an embedder.</summary>
    /// <param name="embedder">The embedder.</param>
    /// <returns>Its name and fingerprint, as far as it says them.</returns>
    public static ProfileModel Of(IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        return new()
        {
            Name = embedder.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelId,
            Fingerprint = embedder.GetService<ModelFingerprint>()?.Value,
        };
    }

    /// <summary>Returns name and fingerprint.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"'{Name ?? "unknown"}'{(Fingerprint is null ? "" : $" ({Fingerprint})")}";

    internal bool DiffersFrom(ProfileModel other) => Fingerprint is not null && other.Fingerprint is not null
        ? Fingerprint != other.Fingerprint
        : Name is not null && other.Name is not null && Name != other.Name;
}

/// <summary>What a profile was chosen on, and what it gains over the defaults on queries that it was not chosen by.</summary>
public sealed record ProfileFit
{
    /// <summary>Gets the names of the sets of judged queries.</summary>
    public required IReadOnlyList<string> Sets { get; init; }

    /// <summary>Gets how many queries there were.</summary>
    public required int Queries { get; init; }

    /// <summary>Gets the measure that decided, such as <c>nDCG@10</c>.</summary>
    public required string Measure { get; init; }

    /// <summary>Gets the mean gain over the defaults in this measure.</summary>
    public required double Gain { get; init; }

    /// <summary>Gets the lower end of the gain's 95 % interval.</summary>
    public required double Low { get; init; }

    /// <summary>Gets the upper end of the gain's 95 % interval.</summary>
    public required double High { get; init; }

    /// <summary>Gets the probability of such a gain by chance.</summary>
    public required double P { get; init; }

    /// <summary>Gets a value indicating whether the gain is more than chance. If it is not, the profile holds the defaults.</summary>
    public required bool IsGained { get; init; }

    /// <summary>Gets the day, in UTC.</summary>
    public required DateOnly Date { get; init; }
}
