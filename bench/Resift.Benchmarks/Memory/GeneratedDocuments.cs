using System.Text;

namespace Resift.Benchmarks;

/// <summary>Long documents of real words, every one different, the same on every machine.</summary>
internal static class GeneratedDocuments
{
    public static string[] Create(int documents, int words)
    {
        string[] vocabulary = Vocabulary.Words();
        var text = new StringBuilder();
        string[] result = new string[documents];
        for (int i = 0; i < documents; i++)
        {
            var random = new Random(i);
            text.Clear();
            for (int word = 0; word < words; word++)
            {
                text.Append(vocabulary[random.Next(vocabulary.Length)]).Append(' ');
            }

            result[i] = text.ToString(0, text.Length - 1);
        }

        return result;
    }
}
