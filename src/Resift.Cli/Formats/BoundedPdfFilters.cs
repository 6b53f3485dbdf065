using System.Globalization;
using System.IO.Compression;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Tokens;

namespace Resift.Cli;

/// <summary>The filters that unpack the streams of a PDF, within bounds: a few kilobytes could be made into gigabytes.</summary>
internal sealed class BoundedPdfFilters : IFilterProvider
{
    private const int LargestStream = 128 * 1024 * 1024;
    private const long MostInAll = 2L * 1024 * 1024 * 1024;

    // What a byte becomes at most.
    private const int LzwFactor = 4096;
    private const int RunLengthFactor = 64;

    private long _unpacked;

    /// <summary>Gets a value indicating whether names are hidden in what is unpacked, as <see cref="PdfTrees.HideNames"/> does.</summary>
    public bool HidesNames { get; init; }

    /// <summary>Gets a value indicating whether names were hidden.</summary>
    public bool HasHidden { get; private set; }

    public IReadOnlyList<IFilter> GetFilters(DictionaryToken dictionary) => Bound(DefaultFilterProvider.Instance.GetFilters(dictionary));

    public IReadOnlyList<IFilter> GetNamedFilters(IReadOnlyList<NameToken> names) =>
        Bound(DefaultFilterProvider.Instance.GetNamedFilters(names));

    public IReadOnlyList<IFilter> GetAllFilters() => Bound(DefaultFilterProvider.Instance.GetAllFilters());

    private IReadOnlyList<IFilter> Bound(IReadOnlyList<IFilter> filters) => [.. filters.Select(filter => new BoundedFilter(filter, this))];

    private void Count(long bytes)
    {
        _unpacked += bytes;
        if (bytes > LargestStream || _unpacked > MostInAll)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"what is packed in it is too large: {LargestStream:N0} bytes of one stream and {MostInAll:N0} in all are read at most."));
        }
    }

    private sealed class BoundedFilter(IFilter filter, BoundedPdfFilters bounds) : IFilter
    {
        public bool IsSupported => filter.IsSupported;

        public Memory<byte> Decode(Memory<byte> input, DictionaryToken streamDictionary, IFilterProvider filterProvider, int filterIndex)
        {
            long largest = filter switch
            {
                FlateFilter => Inflated(input),
                LzwFilter => (long)input.Length * LzwFactor / 4,
                RunLengthFilter => (long)input.Length * RunLengthFactor / 4,
                _ => input.Length,
            };
            bounds.Count(largest);
            var unpacked = filter.Decode(input, streamDictionary, filterProvider, filterIndex);
            bounds.HasHidden |= bounds.HidesNames && PdfTrees.HideNames(unpacked.Span);
            return unpacked;
        }

        // The filter itself would hold all of it before anybody could look.
        private static long Inflated(Memory<byte> input)
        {
            long length = 0;
            byte[] buffer = new byte[64 * 1024];
            try
            {
                // Two bytes of zlib stand before what is packed.
                var packed = new MemoryStream(input[Math.Min(2, input.Length)..].ToArray());
                using var stream = new DeflateStream(packed, CompressionMode.Decompress);
                for (int read; length <= LargestStream && (read = stream.Read(buffer)) > 0; length += read)
                {
                }
            }
            catch (InvalidDataException)
            {
                // The filter takes what comes before the damage.
            }

            return length;
        }
    }
}
