using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Resift.Cli;

/// <summary>Counts and hashes all records of an input, and picks those that are to be done.</summary>
/// <param name="shard">The part of them that is wanted; null for all.</param>
/// <param name="hashes">Whether anybody asks for hashes; without, they are empty, and cost nothing.</param>
internal sealed class BatchInput(Shard? shard, bool hashes) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Gets how many records there were so far, of any part.</summary>
    public int Records { get; private set; }

    /// <summary>Gets the hash of all that was read so far, in hexadecimal digits.</summary>
    public string Digest => hashes ? Convert.ToHexStringLower(_hash.GetCurrentHash()) : "";

    /// <summary>Adds texts to the hash, each with its length, so that none can be part of another.</summary>
    public void Hash(params ReadOnlySpan<string?> texts)
    {
        if (!hashes)
        {
            return;
        }

        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string? text in texts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text ?? "");
            BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? -1 : bytes.Length);
            _hash.AppendData(length);
            _hash.AppendData(bytes);
        }
    }

    /// <summary>Counts a record.</summary>
    /// <returns>Whether it falls to the part that is wanted.</returns>
    public bool Take(string key)
    {
        Records = checked(Records + 1);
        return shard?.Holds(key) ?? true;
    }

    /// <summary>Does the records that are left: those of the part, without those that the output has.</summary>
    /// <param name="records">The records.</param>
    /// <param name="key">Gives what decides where a record falls.</param>
    /// <param name="texts">Gives all that a record says.</param>
    /// <param name="atOnce">How many are read, and then done.</param>
    /// <param name="output">Where what is done is kept.</param>
    /// <param name="progress">Hears how many are done.</param>
    /// <param name="work">Does some records.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidDataException">The output is of another input.</exception>
    public async Task ForEachLeftAsync<T>(
        IAsyncEnumerable<T> records, Func<T, string> key, Func<T, string?[]> texts, int atOnce, BatchOutput output,
        CountProgress progress, Func<BatchRecord<T>[], Task> work, CancellationToken cancellationToken)
    {
        try
        {
            var left = LeftAsync(records, key, texts, output, cancellationToken);
            await foreach (var some in left.Chunk(atOnce).WithCancellation(cancellationToken))
            {
                await work(some);
                progress.Add(some.Length);
            }
        }
        catch
        {
            output.NoteWhatIsDone(progress.What);
            throw;
        }
    }

    public void Dispose() => _hash.Dispose();

    private async IAsyncEnumerable<BatchRecord<T>> LeftAsync<T>(
        IAsyncEnumerable<T> records, Func<T, string> key, Func<T, string?[]> texts, BatchOutput output,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int done = output.DoneCount, taken = 0;
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            Hash(texts(record));
            if (!Take(key(record)))
            {
                continue;
            }

            if (taken++ < done)
            {
                output.Skip(Records - 1, taken == done ? Digest : null);
                continue;
            }

            yield return new(Records - 1, Digest, record);
        }

        if (taken < done)
        {
            throw output.OfAnother();
        }
    }
}

/// <summary>A record that is to be done.</summary>
/// <param name="Position">Where it stands in the whole input, counted from 0.</param>
/// <param name="Digest">The hash of the input up to it.</param>
/// <param name="Value">The record.</param>
internal readonly record struct BatchRecord<T>(int Position, string Digest, T Value);
